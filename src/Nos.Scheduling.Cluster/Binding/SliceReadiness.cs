using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Cluster.State;
using Nos.Scheduling.Fitting;

namespace Nos.Scheduling.Cluster.Binding;

/// <summary>Judges from the agent's report whether a pod's slices are there.</summary>
internal static class SliceReadiness
{
    /// <summary>What the report says of the slices together: the worst of them.</summary>
    internal enum Readiness
    {
        /// <summary>All exist, are advertised to kubelet, and nobody else has one.</summary>
        Ready,

        /// <summary>The agent has not come to it yet.</summary>
        Waiting,

        /// <summary>The agent cannot make one of them.</summary>
        Failed,

        /// <summary>Somebody else has one of them.</summary>
        Taken,
    }

    /// <param name="gpuNode">The node's GpuNode as seen last; <see langword="null"/>: gone.</param>
    /// <param name="reservation">What is kept for the pod.</param>
    /// <param name="generation">The spec generation that asked for the slices: ids repeat, an older report proves nothing.</param>
    /// <param name="isWritten">Whether that generation says for whom the slices are; else they are only taken over, and it need not.</param>
    /// <returns>The readiness, and in words which slice it is about.</returns>
    internal static (Readiness Readiness, string Detail) Of(GpuNodeDocument? gpuNode, Reservation reservation, long generation, bool isWritten)
    {
        // Where it was written the spec decides who has a slice: compare-and-swap on it is what several writers have in common.
        if (isWritten && reservation.Placement.Slices.FirstOrDefault(placed => gpuNode is not null && !IsKept(gpuNode, placed, reservation.Pod.Uid)) is { } lost)
        {
            return (Readiness.Taken, $"slice {lost.Id} is not kept for it in the spec any more");
        }

        if (gpuNode?.Status is not { } status || (status.ObservedGeneration ?? 0) < generation)
        {
            return (Readiness.Waiting, "the agent has not acted on the newest spec");
        }

        foreach (var placed in reservation.Placement.Slices)
        {
            var slice = status.Gpus.FirstOrDefault(gpu => gpu.Index == placed.Gpu)?.Slices.FirstOrDefault(slice => slice.Id == placed.Id);
            switch (slice?.State)
            {
                case SliceStates.Failed:
                    return (Readiness.Failed, $"slice {placed.Id}: {slice.Message ?? "the agent could not make it"}");
                case SliceStates.Used when slice.PodUid != reservation.Pod.Uid:
                    return (Readiness.Taken, $"slice {placed.Id} is used by {slice.Pod ?? "somebody else"}");
                case SliceStates.Free or SliceStates.Used when slice.Advertised == true:
                    continue;
                default:
                    return (Readiness.Waiting, $"slice {placed.Id} is {slice?.State ?? "not reported"}");
            }
        }

        return (Readiness.Ready, "");
    }

    private static bool IsKept(GpuNodeDocument gpuNode, PlacedSlice placed, string uid) => (gpuNode.Spec.Gpus ?? [])
        .FirstOrDefault(gpu => gpu.Index == placed.Gpu)?.Slices.Any(slice => slice.Id == placed.Id && slice.For?.Uid == uid) ?? false;
}
