using Nos.Scheduling.Nodes;
using Nos.Scheduling.Resources;

namespace Nos.Scheduling.Planning;

/// <summary>What decides where a pod goes: what holds for one pod holds for another of its kind.</summary>
/// <param name="Slices">Its slices, in order.</param>
/// <param name="Room">cpu, memory and pods.</param>
/// <param name="Others">All other resources.</param>
/// <param name="Requirements">Which nodes it may be on.</param>
internal sealed record PodKind(string Slices, NodeRoom Room, ResourceAmounts Others, NodeRequirements Requirements)
{
    internal static PodKind Of(PendingPod pod) => new(
        string.Join(';', pod.Demand.Slices.Select(slice => $"{slice.Resource.Name},{slice.Mps.ComputePercent},{slice.Mps.Uid}")),
        pod.Demand.Room, pod.Demand.Others, pod.Requirements);
}
