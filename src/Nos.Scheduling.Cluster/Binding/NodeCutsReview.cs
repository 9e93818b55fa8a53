using Nos.Scheduling.Cluster.State;

namespace Nos.Scheduling.Cluster.Binding;

/// <summary>What became of a node's cuts.</summary>
/// <param name="Rest">What is not reported yet.</param>
/// <param name="IsAnyMade">Whether any is there now that was not.</param>
/// <param name="Failed">What the node cannot make, and why.</param>
/// <param name="Lost">What is to be had no more: somebody else has got it, it was taken out of the spec, or nothing may be put on the node now.</param>
internal sealed record NodeCutsReview(
    NodeCuts Rest, bool IsAnyMade, IReadOnlyList<(Reservation Reservation, string Detail)> Failed, IReadOnlyList<Reservation> Lost);
