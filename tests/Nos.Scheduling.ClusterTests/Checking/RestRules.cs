namespace Nos.Scheduling.ClusterTests.Checking;

/// <summary>What holds besides once everything has come to rest and every agent lives.</summary>
internal sealed class RestRules(ClusterSeen cluster)
{
    public IEnumerable<Violation> Judge() => JudgePods().Concat(cluster.GpuNodes.Values.SelectMany(JudgeNode));

    private IEnumerable<Violation> JudgePods() =>
        from pod in cluster.Pods.Where(pod => pod.IsHolding)
        let gpuNode = cluster.GpuNodes.GetValueOrDefault(pod.Node!)
        let missing = gpuNode is null ? [.. pod.Needs.Keys] : pod.Needs.Keys.Where(resource => cluster.Unreported(gpuNode, pod, resource) > 0).ToList()
        where missing.Count > 0
        select new Violation(Invariant.PodNotServed, $"{pod.Key} on {pod.Node}: the agent does not report its {string.Join(" and ", missing)}");

    private IEnumerable<Violation> JudgeNode(GpuNodeSeen gpuNode)
    {
        foreach (var leaked in gpuNode.Reported.Where(slice => slice.IsUsed && cluster.UserOf(slice) is not { HasEnded: false }))
        {
            yield return new Violation(Invariant.SliceLeaked, $"{leaked.Id} of {gpuNode.Name} is said to be used by {leaked.Pod} ({leaked.PodUid}), who is no more");
        }

        var undone = gpuNode.Wanted.Where(wanted => gpuNode.FindReported(wanted.Id) is not { State: "Free" or "Used" }).Select(wanted => wanted.Id).ToList();
        var tooMuch = gpuNode.Reported.Where(slice => slice.State is "Creating" or "Deleting" or "Failed").Select(slice => $"{slice.Id} is {slice.State}").ToList();
        if (gpuNode.IsAdopted && (gpuNode.ObservedGeneration != gpuNode.Generation || undone.Count + tooMuch.Count > 0))
        {
            yield return new Violation(
                Invariant.NotConverged,
                $"{gpuNode.Name}: generation {gpuNode.Generation}, observed {gpuNode.ObservedGeneration}; wanted and not there: {string.Join(", ", undone)}; {string.Join(", ", tooMuch)}");
        }
    }
}
