using Nos.Scheduling.Cluster.State;

namespace Nos.Scheduling.Cluster.Binding;

/// <summary>What became of a node's cuts.</summary>
/// <param name="Rest">What is not reported yet.</param>
/// <param name="Failed">What the node cannot make, and why.</param>
/// <param name="Taken">What somebody else has got.</param>
internal sealed record NodeCutsReview(NodeCuts Rest, IReadOnlyList<(Reservation Reservation, string Detail)> Failed, IReadOnlyList<Reservation> Taken);
