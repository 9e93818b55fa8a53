using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Cluster.State;

/// <summary>Judges the owners that a spec names.</summary>
internal static class SliceOwners
{
    /// <summary>
    /// Whether a slice is free though the spec keeps it for a pod that lives and is not here: the pod gave it up, or has its place elsewhere. Owners
    /// that are gone, or whose time is up, mislead nobody and go with the next write.
    /// </summary>
    internal static bool AnyLeft(Node node, GpuNodeDocument gpuNode, Func<string, PodRecord?> findPod, DateTimeOffset now) =>
        (gpuNode.Spec.Gpus ?? []).Any(listed => Array.Exists(listed.Slices, slice =>
            slice.For is { } owner && owner.Until > now
            && findPod(owner.Uid) is { HasEnded: false } pod && pod.NodeName != node.Name
            && IsFree(node.FindGpu(listed.Index), listed.Index, slice.Id)));

    private static bool IsFree(Gpu? gpu, int index, string id) => gpu?.Slices.Any(slice => slice.IsFree && slice.Shape.IdOn(index) == id) ?? false;
}
