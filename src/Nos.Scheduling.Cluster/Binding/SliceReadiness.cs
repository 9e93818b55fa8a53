using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Cluster.State;

namespace Nos.Scheduling.Cluster.Binding;

/// <summary>Judges from the GpuNode whether a pod's slices are there.</summary>
internal static class SliceReadiness
{
    /// <summary>What the GpuNode says of the slices together: the worst of them.</summary>
    internal enum Readiness
    {
        /// <summary>All exist, are advertised to kubelet, and nobody else has one.</summary>
        Ready,

        /// <summary>The agent has not come to it yet.</summary>
        Waiting,

        /// <summary>The spec does not ask for them: a hand has taken them out again.</summary>
        Unwanted,

        /// <summary>The agent cannot make one of them.</summary>
        Failed,

        /// <summary>Somebody else has one of them.</summary>
        Taken,
    }

    /// <param name="gpuNode">The node's GpuNode as seen last; <see langword="null"/>: gone.</param>
    /// <param name="reservation">What is kept for the pod.</param>
    /// <param name="generation">The spec generation that asked for the slices: ids repeat, an older report proves nothing.</param>
    /// <returns>The readiness, and in words which slice it is about.</returns>
    internal static (Readiness Readiness, string Detail) Of(GpuNodeDocument? gpuNode, Reservation reservation, long generation)
    {
        if (gpuNode is null)
        {
            return (Readiness.Waiting, "the GpuNode is gone");
        }

        if (reservation.Placement.Slices.FirstOrDefault(placed => !IsWanted(gpuNode.Spec, placed.Gpu, placed.Id)) is { } dropped)
        {
            return (Readiness.Unwanted, $"slice {dropped.Id} was taken out of the spec");
        }

        // A report about a generation that is still to come is of another GpuNode of this name, or somebody has edited it.
        if (gpuNode.Status is not { ObservedGeneration: { } observed } status || observed < generation || observed > gpuNode.Metadata.Generation)
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

    private static bool IsWanted(GpuNodeSpec spec, int gpu, string id) =>
        Array.Exists(spec.Gpus ?? [], listed => listed.Index == gpu && Array.Exists(listed.Slices, slice => slice.Id == id));
}
