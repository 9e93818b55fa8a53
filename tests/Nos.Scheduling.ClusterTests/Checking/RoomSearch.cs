using System.Globalization;
using System.Text.Json.Nodes;
using Nos.Scheduling.ClusterTests.Harness;

namespace Nos.Scheduling.ClusterTests.Checking;

/// <summary>Looks for room for one waiting pod by trying every node, GPU and place, beside what is held. Free slices count as room: they can be cut anew.</summary>
internal sealed class RoomSearch(ClusterSeen cluster)
{
    /// <returns>Where it would fit, in a sentence; null where nowhere.</returns>
    public string? Find(PodSeen pod)
    {
        foreach (var node in cluster.Nodes.Values.Where(node => NodeRules.Admits(node, pod.Written)))
        {
            if (Offers(node) is { } gpuNode
                && NodeBudget.Allocatable(node).Holds(NodeBudget.UsedOn(node.Name(), cluster.Pods).Plus(NodeBudget.AskedBy(pod.Written)))
                && Place(pod, gpuNode) is { } places)
            {
                return $"{pod.Key} waits, and would fit on {node.Name()}: {string.Join(", ", places)}";
            }
        }

        return null;
    }

    /// <summary>The node's GpuNode where nothing stands in the way of placing pods there.</summary>
    private GpuNodeSeen? Offers(JsonObject node) =>
        node.Label("nos.nebuly.com/gpu-partitioning") is { } mode && cluster.GpuNodes.GetValueOrDefault(node.Name()) is { } gpuNode
        && gpuNode is { IsAdopted: true, IsDeleting: false, IsReady: true } && gpuNode.Mode?.ToLowerInvariant() == mode && IsAlive(node.Name())
            ? gpuNode : null;

    private bool IsAlive(string node) => cluster.Leases.Any(lease =>
        lease.Name() == node && lease.Text("spec", "renewTime") is { } renewed && lease.Text("spec", "leaseDurationSeconds") is { } seconds
        && DateTimeOffset.Parse(renewed, CultureInfo.InvariantCulture).AddSeconds(int.Parse(seconds, CultureInfo.InvariantCulture)) > cluster.At);

    private List<string>? Place(PodSeen pod, GpuNodeSeen gpuNode)
    {
        var wanted = pod.Needs.SelectMany(need => Enumerable.Repeat(need.Key, need.Value)).ToList();
        var gpus = gpuNode.Indexes.Select(gpu => new GpuRoom(gpu, gpuNode.Product(gpu)!)).ToList();
        foreach (var slice in Held(gpuNode, pod))
        {
            gpus.Find(gpu => gpu.Index == slice.Gpu)?.Take(slice, ClientOf(slice, gpuNode));
        }

        var places = new List<string>();
        return Place(pod, gpuNode.Mode!, wanted, 0, gpus, places) ? places : null;
    }

    private static bool Place(PodSeen pod, string mode, List<string> wanted, int next, List<GpuRoom> gpus, List<string> places)
    {
        if (next == wanted.Count)
        {
            return true;
        }

        var client = pod.Asks.First(asked => asked.Resource == wanted[next]);
        foreach (var gpu in gpus.DistinctBy(gpu => gpu.State).ToList())
        {
            foreach (var place in gpu.Ways(mode, client).ToList())
            {
                gpu.Take(place, client);
                places.Add(place.Id);
                if (Place(pod, mode, wanted, next + 1, gpus, places))
                {
                    return true;
                }

                places.RemoveAt(places.Count - 1);
                gpu.Give(place);
            }
        }

        return false;
    }

    /// <summary>What must stay: in use, promised to a bound pod, or kept for another pod that waits.</summary>
    private IEnumerable<SliceSeen> Held(GpuNodeSeen gpuNode, PodSeen pod)
    {
        var promised = cluster.Holding[gpuNode.Name]
            .Where(holder => holder.Needs.Keys.Any(resource => cluster.Unreported(gpuNode, holder, resource) > 0))
            .SelectMany(holder => holder.Promises ?? [])
            .Select(promise => gpuNode.FindWanted(promise.Id) ?? gpuNode.FindReported(promise.Id))
            .OfType<SliceSeen>();
        var kept = cluster.Reservations().Where(one => one.GpuNode == gpuNode && one.Pod != pod).Select(one => one.Slice);
        return gpuNode.Reported.Where(slice => slice.IsUsed).Concat(promised).Concat(kept).DistinctBy(slice => slice.Id);
    }

    private PodSeen.Asked? ClientOf(SliceSeen slice, GpuNodeSeen gpuNode)
    {
        var holder = gpuNode.FindReported(slice.Id) is { IsUsed: true } used ? cluster.UserOf(used)
            : cluster.Holding[gpuNode.Name].FirstOrDefault(pod => (pod.Promises ?? []).Any(promise => promise.Id == slice.Id))
            ?? (slice.For is { } uid ? cluster.ByUid.GetValueOrDefault(uid) : null);
        return holder?.Asks.FirstOrDefault(asked => asked.Resource == gpuNode.ResourceOf(slice));
    }
}
