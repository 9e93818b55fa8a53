namespace Nos.Scheduling.Cluster.Api;

/// <summary>An object that was skipped because it could not be read.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Name">Namespace and name as far as they could be read, else <c>?</c>.</param>
/// <param name="Reason">What is wrong with it.</param>
public sealed record UnreadableObject(string Kind, string Name, string Reason);
