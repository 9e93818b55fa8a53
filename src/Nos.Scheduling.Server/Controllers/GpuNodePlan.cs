using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Cluster.State;

namespace Nos.Scheduling.Server.Controllers;

/// <summary>Decides what has to be done about one node's GpuNode. Pure.</summary>
internal static class GpuNodePlan
{
    /// <param name="node">The node; <see langword="null"/> where it is gone.</param>
    /// <param name="gpuNode">Its GpuNode; <see langword="null"/> where there is none.</param>
    /// <param name="wanted">What its spec's GPUs should say; asked for only where its mode is not the label's; <see langword="null"/> while it cannot be told.</param>
    /// <param name="namesOwnersThatLeft">Whether its spec keeps slices for pods that have given them up.</param>
    internal static GpuNodeStep Next(NodeDocument? node, GpuNodeDocument? gpuNode, GpuSpec[]? wanted, bool namesOwnersThatLeft)
    {
        var mode = PartitioningLabel.ModeOf(node);
        if (gpuNode is null)
        {
            return mode is null ? GpuNodeStep.None : GpuNodeStep.Create;
        }

        if (gpuNode.Metadata.DeletionTimestamp is not null)
        {
            return GpuNodeStep.None;
        }

        // A node registered again under the same name is another machine: what was known of the old one means nothing.
        if (node is null || !gpuNode.IsOf(node))
        {
            return GpuNodeStep.Delete;
        }

        return mode is null ? Leaving(gpuNode, wanted)
            : gpuNode.Spec.Mode != mode ? Changing(gpuNode, wanted, mode)
            : gpuNode.Spec.Gpus is null ? IsAdoptable(gpuNode) ? GpuNodeStep.Adopt : GpuNodeStep.None
            : namesOwnersThatLeft ? GpuNodeStep.Disown
            : GpuNodeStep.None;
    }

    /// <summary>What was never adopted is not ours to remove.</summary>
    private static GpuNodeStep Leaving(GpuNodeDocument gpuNode, GpuSpec[]? wanted) =>
        gpuNode.Spec.Gpus is null || !Reported(gpuNode).Any() ? GpuNodeStep.Delete : Emptied(gpuNode, wanted);

    private static GpuNodeStep Changing(GpuNodeDocument gpuNode, GpuSpec[]? wanted, string mode)
    {
        var isOfOther = (string? profile) => profile is null == (mode == PartitioningLabel.Mig);
        var anyOfOther = Reported(gpuNode).Any(slice => isOfOther(slice.Profile)) || Listed(gpuNode).Any(slice => isOfOther(slice.Profile));
        return anyOfOther ? Emptied(gpuNode, wanted) : GpuNodeStep.ChangeMode;
    }

    private static GpuNodeStep Emptied(GpuNodeDocument gpuNode, GpuSpec[]? wanted) =>
        wanted is null || gpuNode.Spec.Gpus is null || GpuNodeSpecs.AreEqual(gpuNode.Spec.Gpus, wanted) ? GpuNodeStep.None : GpuNodeStep.Empty;

    /// <summary>A report about an earlier spec tells of slices that are on their way out.</summary>
    private static bool IsAdoptable(GpuNodeDocument gpuNode) =>
        gpuNode.Status is { Gpus.Length: > 0 } status && status.ObservedGeneration == gpuNode.Metadata.Generation;

    /// <summary>The slices that are there, or may be: one that could not be made is not. One that a pod has lost is told until that pod is gone.</summary>
    private static IEnumerable<SliceStatus> Reported(GpuNodeDocument gpuNode) =>
        (gpuNode.Status?.Gpus ?? []).SelectMany(gpu => gpu.Slices).Where(slice => slice.State != SliceStates.Failed || slice.Advertised is not null || slice.LostUuid is not null);

    private static IEnumerable<SliceSpec> Listed(GpuNodeDocument gpuNode) => (gpuNode.Spec.Gpus ?? []).SelectMany(gpu => gpu.Slices);
}
