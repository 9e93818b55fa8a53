using System.Globalization;

namespace Nos.Scheduling.ClusterTests.Checking;

/// <summary>What pods have and wait for stays within what is there: slices, MPS compute and uids.</summary>
internal sealed class UseRules(ClusterSeen cluster, CheckerSettings settings)
{
    public IEnumerable<Violation> Judge() => JudgePods().Concat(cluster.GpuNodes.Values.SelectMany(JudgeNode));

    private IEnumerable<Violation> JudgePods()
    {
        var held = cluster.GpuNodes.Values
            .SelectMany(gpuNode => gpuNode.Reported.Where(slice => slice.IsUsed).Select(slice => (gpuNode, slice, Pod: cluster.UserOf(slice))))
            .Where(one => one.Pod is not null);
        foreach (var pod in held.GroupBy(one => one.Pod!))
        {
            var nodes = pod.Select(one => one.gpuNode.Name).Distinct().ToList();
            var tooMany = pod.GroupBy(one => one.gpuNode.ResourceOf(one.slice)).Where(like => like.Count() > pod.Key.Needs.GetValueOrDefault(like.Key)).ToList();
            if (nodes.Count > 1 || nodes[0] != pod.Key.Node || tooMany.Count > 0)
            {
                yield return new Violation(
                    Invariant.HoldsTooMany,
                    $"{pod.Key.Key}, bound to {pod.Key.Node ?? "nothing"}, is said to use {string.Join(", ", pod.Select(one => $"{one.slice.Id} of {one.gpuNode.Name}"))}");
            }
        }
    }

    private IEnumerable<Violation> JudgeNode(GpuNodeSeen gpuNode)
    {
        var pods = cluster.Holding[gpuNode.Name].ToList();
        foreach (var resource in pods.SelectMany(pod => pod.Needs.Keys).Distinct())
        {
            var wanted = pods.Where(pod => !settings.BoundByHand.Contains(pod.Key)).Sum(pod => cluster.Unreported(gpuNode, pod, resource));
            var there = gpuNode.Reported.Count(slice => slice.IsLive && !slice.IsUsed && slice.State != "Deleting" && gpuNode.ResourceOf(slice) == resource);
            if (wanted > there)
            {
                yield return new Violation(Invariant.TooFewSlices, $"{gpuNode.Name}: bound pods wait for {wanted} {resource}, {there} are there for them");
            }
        }

        foreach (var gpu in gpuNode.Indexes)
        {
            foreach (var violation in JudgeMps(gpuNode, gpu, pods))
            {
                yield return violation;
            }
        }
    }

    private IEnumerable<Violation> JudgeMps(GpuNodeSeen gpuNode, int gpu, List<PodSeen> pods)
    {
        var clients = pods.SelectMany(pod => ClientsOn(gpuNode, gpu, pod)).ToList();
        if (clients.Sum(client => client.Percent) is var percent && percent > 100)
        {
            yield return new Violation(Invariant.TooMuchPercent, $"{gpuNode.Name}, GPU {gpu}: {percent.ToString(CultureInfo.InvariantCulture)} percent together");
        }

        if (clients.Select(client => client.RunAs).Distinct().ToList() is { Count: > 1 } uids)
        {
            yield return new Violation(Invariant.MixedUids, $"{gpuNode.Name}, GPU {gpu}: uids {string.Join(", ", uids.Select(uid => uid ?? "of the images"))}");
        }
    }

    /// <summary>One for each share of this GPU that the pod has or was promised.</summary>
    private IEnumerable<PodSeen.Asked> ClientsOn(GpuNodeSeen gpuNode, int gpu, PodSeen pod)
    {
        var reported = cluster.ReportedOf(gpuNode, pod).Where(slice => slice.Profile is null).ToList();
        var resources = reported.Count > 0
            ? reported.Where(slice => slice.Gpu == gpu).Select(gpuNode.ResourceOf)
            : (pod.Promises ?? []).Where(promise => promise.Gpu == gpu).DistinctBy(promise => promise.Id).Select(promise => promise.Resource);
        return resources.Select(resource => pod.Asks.FirstOrDefault(asked => asked.Resource == resource && !resource.Contains("/mig-", StringComparison.Ordinal))).OfType<PodSeen.Asked>();
    }
}
