namespace Nos.Scheduling.ClusterTests.Checking;

/// <summary>Remembers from reading to reading which device a bound pod's slice was. A MIG instance that is made anew has another UUID.</summary>
internal sealed class SliceHistory
{
    private Dictionary<(string Uid, string Slice), string> _devices = [];

    public IReadOnlyList<Violation> Add(ClusterReading reading)
    {
        var cluster = new ClusterSeen(reading);
        var violations = new List<Violation>();
        var next = new Dictionary<(string, string), string>();
        foreach (var pod in cluster.Pods.Where(pod => pod.IsHolding))
        {
            foreach (var (id, uuid) in DevicesOf(cluster, pod))
            {
                next[(pod.Uid, id)] = uuid;
                if (_devices.TryGetValue((pod.Uid, id), out var before) && before != uuid)
                {
                    violations.Add(new Violation(Invariant.SliceRemade, $"{id} of {pod.Node}, which {pod.Key} has, was {before} and is {uuid}"));
                }
            }
        }

        _devices = next;
        return violations;
    }

    private static IEnumerable<(string Id, string Uuid)> DevicesOf(ClusterSeen cluster, PodSeen pod)
    {
        if (cluster.GpuNodes.GetValueOrDefault(pod.Node!) is not { } gpuNode)
        {
            return [];
        }

        var promised = (pod.Promises ?? []).Select(promise => gpuNode.FindReported(promise.Id)).OfType<SliceSeen>();
        return cluster.ReportedOf(gpuNode, pod).Concat(promised.Where(slice => !slice.IsUsed)).DistinctBy(slice => slice.Id)
            .Where(slice => slice.Uuid is not null).Select(slice => (slice.Id, slice.Uuid!));
    }
}
