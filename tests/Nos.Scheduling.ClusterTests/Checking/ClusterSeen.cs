using System.Text.Json.Nodes;
using Nos.Scheduling.ClusterTests.Harness;

namespace Nos.Scheduling.ClusterTests.Checking;

/// <summary>A reading made sense of, without judging it.</summary>
internal sealed class ClusterSeen
{
    public ClusterSeen(ClusterReading reading)
    {
        At = reading.At;
        Pods = [.. reading.Pods.Select(pod => new PodSeen(pod))];
        GpuNodes = reading.GpuNodes.Select(gpuNode => new GpuNodeSeen(gpuNode)).ToDictionary(gpuNode => gpuNode.Name);
        Nodes = reading.Nodes.ToDictionary(node => node.Name());
        Leases = reading.Leases;
        ByUid = Pods.ToDictionary(pod => pod.Uid);
        Holding = Pods.Where(pod => pod.IsHolding).ToLookup(pod => pod.Node!);
    }

    public DateTimeOffset At { get; }

    public IReadOnlyList<PodSeen> Pods { get; }

    public IReadOnlyDictionary<string, PodSeen> ByUid { get; }

    public IReadOnlyDictionary<string, GpuNodeSeen> GpuNodes { get; }

    public IReadOnlyDictionary<string, JsonObject> Nodes { get; }

    public IReadOnlyList<JsonObject> Leases { get; }

    /// <summary>The bound slice pods that have not ended, by node.</summary>
    public ILookup<string, PodSeen> Holding { get; }

    /// <summary>Who uses the slice: by uid where the agent tells it, else by name. Null where no such pod is there any more.</summary>
    public PodSeen? UserOf(SliceSeen slice) =>
        slice.PodUid is { } uid ? ByUid.GetValueOrDefault(uid)
        : Pods.FirstOrDefault(pod => slice.Pod is { } user && (user == pod.Key || user.StartsWith(pod.Key + "/", StringComparison.Ordinal)));

    /// <summary>The slices that the node's agent reports as used by the pod.</summary>
    public IEnumerable<SliceSeen> ReportedOf(GpuNodeSeen gpuNode, PodSeen pod) => gpuNode.Reported.Where(slice => slice.IsUsed && UserOf(slice) == pod);

    /// <summary>How many slices of a resource the pod has a right to that are not reported as its own yet.</summary>
    public int Unreported(GpuNodeSeen gpuNode, PodSeen pod, string resource) =>
        Math.Max(0, pod.Needs.GetValueOrDefault(resource) - ReportedOf(gpuNode, pod).Count(slice => gpuNode.ResourceOf(slice) == resource));

    /// <summary>Slices of the spec that are kept for a waiting pod and whose time has not run out.</summary>
    public IEnumerable<(GpuNodeSeen GpuNode, SliceSeen Slice, PodSeen Pod)> Reservations() =>
        from gpuNode in GpuNodes.Values
        from slice in gpuNode.Wanted
        where slice.For is not null && slice.Until > At
        let pod = ByUid.GetValueOrDefault(slice.For!)
        where pod is { IsWaiting: true }
        select (gpuNode, slice, pod);
}
