namespace Nos.Scheduling.Cluster.State;

/// <summary>Room on a node that is kept for a waiting pod while others make way for it, and afterwards until it is bound.</summary>
/// <param name="Pod">For whom.</param>
/// <param name="Slices">Where its slices will be; empty where it asks for none.</param>
public sealed record ClaimedRoom(PodRecord Pod, IReadOnlyList<PromisedSlice> Slices);
