namespace Nos.Scheduling.Cluster.Leading;

/// <summary>The Lease has become ours.</summary>
/// <param name="Since">When the request was sent that made it ours: others cannot count from an earlier moment.</param>
/// <param name="Transitions">How often it changed hands until now.</param>
/// <param name="HasPredecessor">Whether anybody is known to have held it before.</param>
internal readonly record struct LeaseClaim(Moment Since, int Transitions, bool HasPredecessor);
