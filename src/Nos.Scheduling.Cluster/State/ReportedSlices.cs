using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Gpus;

namespace Nos.Scheduling.Cluster.State;

/// <summary>Reads out of an agent's report who has what.</summary>
public static class ReportedSlices
{
    /// <summary>Whether the report says that the pod has the slice. By uid where the agent knows it; by name else, since names come again.</summary>
    public static bool IsHeldBy(SliceStatus slice, PodRecord pod) => slice.PodUid is { } uid
        ? uid == pod.Uid
        : slice.Pod is { } holder && (holder == pod.Key || holder.StartsWith(pod.Key + "/", StringComparison.Ordinal));

    /// <summary>The slices that the pod has, by GPU, then start or number. Empty before the agent has reported its devices.</summary>
    public static IReadOnlyList<HeldSlice> Of(PodRecord pod, GpuNodeDocument? gpuNode) =>
    [
        .. from gpu in gpuNode?.Status?.Gpus ?? []
           from slice in gpu.Slices
           where slice.State == SliceStates.Used && IsHeldBy(slice, pod)
           let place = Place(gpu.Index, slice)
           orderby place.Gpu, place.Start
           select new HeldSlice(place with { Container = ContainerOf(slice, pod) }, ResourceOf(gpuNode!, gpu.Index, slice)),
    ];

    private static PromisedSlice Place(int gpu, SliceStatus slice) => slice.Profile is { } profile
        ? new PromisedSlice("", gpu, SliceResource.Written(profile), slice.Start ?? 0, IsMig: true)
        : new PromisedSlice("", gpu, $"{slice.MemoryGB}gb", NumberIn(slice.Id), IsMig: false);

    /// <summary>A share's number, which only its id tells; an id written by hand may have none.</summary>
    private static int NumberIn(string id) => int.TryParse(id.AsSpan(id.LastIndexOf('-') + 1), out var number) ? number : 0;

    private static string ContainerOf(SliceStatus slice, PodRecord pod) =>
        slice.Pod is { } holder && holder.Length > pod.Key.Length + 1 && holder.StartsWith(pod.Key + "/", StringComparison.Ordinal) ? holder[(pod.Key.Length + 1)..] : "";

    /// <summary>The name that the slice is advertised under: the spec's, or where that does not list it, its profile's own.</summary>
    private static SliceResource? ResourceOf(GpuNodeDocument gpuNode, int gpu, SliceStatus slice)
    {
        var listed = gpuNode.Spec.Gpus?.FirstOrDefault(wanted => wanted.Index == gpu)?.Slices.FirstOrDefault(wanted => wanted.Id == slice.Id)?.Resource;
        return listed is not null && SliceResource.TryParse(listed, out var resource) ? resource
            : slice.Profile is { } profile ? (SliceResource.TryParse($"nvidia.com/mig-{SliceResource.Written(profile)}", out var own) ? own : null)
            : slice.MemoryGB is { } memory ? SliceResource.Mps(memory) : null;
    }
}
