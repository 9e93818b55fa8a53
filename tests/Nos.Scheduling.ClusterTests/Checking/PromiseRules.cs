namespace Nos.Scheduling.ClusterTests.Checking;

/// <summary>Every bound pod was promised what it asks for, the GpuNode bears the promise out, and nobody else was promised the same.</summary>
internal sealed class PromiseRules(ClusterSeen cluster, CheckerSettings settings)
{
    public IEnumerable<Violation> Judge() => cluster.Holding.SelectMany(onNode => JudgeNode(onNode.Key, [.. onNode]));

    private IEnumerable<Violation> JudgeNode(string node, IReadOnlyList<PodSeen> pods)
    {
        var gpuNode = cluster.GpuNodes.GetValueOrDefault(node);
        var promised = new List<(PodSeen Pod, Promise Promise)>();
        foreach (var pod in pods.Where(pod => !settings.BoundByHand.Contains(pod.Key)))
        {
            if (pod.Promises is not { } promises)
            {
                yield return new Violation(Invariant.PromiseMissing, $"{pod.Key} on {node}");
                continue;
            }

            promised.AddRange(promises.Select(promise => (pod, promise)));
            foreach (var violation in JudgeLimits(pod, promises, gpuNode).Concat(promises.SelectMany(promise => JudgeGround(pod, promise, gpuNode))))
            {
                yield return violation;
            }
        }

        foreach (var violation in JudgeSharing(node, promised))
        {
            yield return violation;
        }
    }

    private static IEnumerable<Violation> JudgeLimits(PodSeen pod, IReadOnlyList<Promise> promises, GpuNodeSeen? gpuNode)
    {
        var asked = pod.Asks.GroupBy(asked => (asked.Container, asked.Resource)).ToDictionary(like => like.Key, like => like.Sum(one => one.Count));
        var given = promises.GroupBy(promise => (promise.Container, gpuNode?.FindWanted(promise.Id)?.Resource ?? promise.Resource)).ToDictionary(like => like.Key, like => like.Count());
        if (asked.Count != given.Count || asked.Any(one => given.GetValueOrDefault(one.Key) != one.Value))
        {
            yield return new Violation(Invariant.PromiseUnlikeLimits, $"{pod.Key} asks for {Text(asked)} and was promised {Text(given)}");
        }
    }

    private IEnumerable<Violation> JudgeGround(PodSeen pod, Promise promise, GpuNodeSeen? gpuNode)
    {
        // What a reported pod has is in the report; its promise may be older, where kubelet swaps.
        var isReported = gpuNode is not null && pod.Needs.Keys.All(resource => cluster.Unreported(gpuNode, pod, resource) == 0);
        if (settings.KubeletSwaps && isReported)
        {
            yield break;
        }

        var reported = gpuNode?.FindReported(promise.Id);
        var why = gpuNode?.FindWanted(promise.Id) is null ? "its spec does not list it"
            : reported is null ? "its status does not list it"
            : !reported.IsLive || reported.State == "Deleting" ? $"it is {reported.State}"
            : reported.IsUsed && cluster.UserOf(reported) != pod && !settings.KubeletSwaps ? $"it is used by {reported.Pod}"
            : null;
        if (why is not null)
        {
            yield return new Violation(Invariant.PromiseNotBorneOut, $"{pod.Key} was promised {promise.Id} of {pod.Node}: {why}");
        }
    }

    private IEnumerable<Violation> JudgeSharing(string node, List<(PodSeen Pod, Promise Promise)> promised)
    {
        foreach (var one in promised.GroupBy(one => one.Promise.Id).Where(one => one.Count() > 1))
        {
            var pods = one.Select(who => who.Pod).Distinct().ToList();
            var together = one.Where(who => who.Pod.Asks.Any(asked => asked.Container == who.Promise.Container && asked.When == PodSeen.Turn.Beside)).ToList();
            if ((pods.Count > 1 && !settings.KubeletSwaps) || (pods.Count == 1 && together.Count > 1)
                || (pods.Count == 1 && one.GroupBy(who => who.Promise.Container).Any(same => same.Count() > 1)))
            {
                yield return new Violation(Invariant.PromisedTwice, $"{one.Key} of {node}: {string.Join(", ", one.Select(who => $"{who.Pod.Key}/{who.Promise.Container}"))}");
            }
        }
    }

    private static string Text(Dictionary<(string Container, string Resource), int> amounts) =>
        string.Join(", ", amounts.Select(amount => $"{amount.Key.Container}: {amount.Value} {amount.Key.Resource}").Order(StringComparer.Ordinal));
}
