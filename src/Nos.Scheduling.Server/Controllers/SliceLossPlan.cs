using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Cluster.State;

namespace Nos.Scheduling.Server.Controllers;

/// <summary>Decides which pods of one node are to go because the slice that they were started with is no more. Pure.</summary>
/// <remarks>
/// A container keeps the environment that it was given first, also when it is started again: the UUID in it is that of an instance that is gone. Only the
/// agent can tell, and it tells for as long as the pod is there, so that any leader can see it. A slice that is still being made anew is waited for.
/// </remarks>
internal static class SliceLossPlan
{
    /// <summary>Whether the report tells of any loss: of most nodes it never does, and their pods need not be gathered.</summary>
    internal static bool IsDue(GpuNodeDocument? gpuNode) => (gpuNode?.Status?.Gpus ?? []).Any(gpu => Array.Exists(gpu.Slices, slice => slice.LostUuid is not null));

    /// <param name="pods">The pods that are bound to the node and have not ended.</param>
    /// <param name="gpuNode">Its GpuNode; <see langword="null"/> where there is none.</param>
    /// <returns>The pods to evict, by name, each once. A pod that asks for no slice has none to lose, whatever is reported.</returns>
    internal static IReadOnlyList<SliceLoser> Of(IEnumerable<PodRecord> pods, GpuNodeDocument? gpuNode)
    {
        var lost = (gpuNode?.Status?.Gpus ?? [])
            .SelectMany(gpu => gpu.Slices)
            .Where(slice => slice is { LostUuid: not null, PodUid: not null, State: SliceStates.Used or SliceStates.Failed })
            .ToLookup(slice => slice.PodUid!, StringComparer.Ordinal);
        return
        [
            .. pods.Where(pod => !pod.IsTerminating && pod.Demand.AsksForSlices && lost.Contains(pod.Uid))
                .OrderBy(pod => pod.Key, StringComparer.Ordinal)
                .Select(pod => new SliceLoser(pod, Why(lost[pod.Uid].OrderBy(slice => slice.Id, StringComparer.Ordinal).First(), gpuNode!))),
        ];
    }

    private static string Why(SliceStatus slice, GpuNodeDocument gpuNode) =>
        $"Slice {slice.Id} of {gpuNode.Metadata.Name} is not what the pod was started with: {slice.LostUuid} is gone since the node, its driver or the GPU started anew, and "
        + (slice.State == SliceStates.Used ? $"{slice.Uuid} stands in its place." : "could not be replaced.");
}
