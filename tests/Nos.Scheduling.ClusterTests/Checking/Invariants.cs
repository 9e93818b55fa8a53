using Nos.Scheduling.ClusterTests.Harness;

namespace Nos.Scheduling.ClusterTests.Checking;

/// <summary>
/// Judges a cluster by its API objects alone, with nothing of the product's own code: what must hold at every moment, what must hold once all has come to
/// rest, and whether a pod waits that need not.
/// </summary>
public static class Invariants
{
    /// <summary>What is broken at the moment of the reading, whatever is under way.</summary>
    public static IReadOnlyList<Violation> Broken(ClusterReading reading, CheckerSettings? settings = null)
    {
        var (cluster, known) = (new ClusterSeen(reading), settings ?? new CheckerSettings());
        return
        [
            .. cluster.GpuNodes.Values.SelectMany(JudgeGpus),
            .. new PromiseRules(cluster, known).Judge(),
            .. new UseRules(cluster, known).Judge(),
            .. new ReservationRules(cluster, known).Judge(),
            .. JudgeNodes(cluster),
        ];
    }

    /// <summary>What is broken in a cluster that should be at rest: <see cref="Broken"/>, and what may be so only while something is under way.</summary>
    public static IReadOnlyList<Violation> BrokenAtRest(ClusterReading reading, CheckerSettings? settings = null)
    {
        var cluster = new ClusterSeen(reading);
        return [.. Broken(reading, settings), .. new RestRules(cluster).Judge(), .. new ReservationRules(cluster, settings ?? new CheckerSettings()).JudgeAtRest()];
    }

    /// <summary>Waits until nothing is under way and nothing is broken.</summary>
    /// <returns>The reading that showed it.</returns>
    /// <exception cref="TimeoutException">Says what was broken last.</exception>
    public static async Task<ClusterReading> Settled(TestApi api, CheckerSettings? settings = null, TimeSpan? within = null, Func<string>? evidence = null)
    {
        ClusterReading? last = null;
        await Polling.Until(
            "everything is at rest and every invariant holds",
            async () => string.Join('\n', BrokenAtRest(last = await ClusterReading.Take(api), settings)),
            broken => broken.Length == 0,
            within,
            evidence);
        return last!;
    }

    /// <summary>Every waiting pod with a node that has room for it, found by trying all ways. Pods of other schedulers count too.</summary>
    /// <returns>One sentence a pod; empty where every pod that waits must wait.</returns>
    public static IReadOnlyList<string> WouldFit(ClusterReading reading)
    {
        var cluster = new ClusterSeen(reading);
        var room = new RoomSearch(cluster);
        return [.. cluster.Pods.Where(pod => pod.IsWaiting).Select(room.Find).OfType<string>()];
    }

    private static IEnumerable<Violation> JudgeGpus(GpuNodeSeen gpuNode) =>
        from gpu in gpuNode.Indexes
        from list in new[] { (Name: "spec", Slices: gpuNode.Wanted), (Name: "status", Slices: gpuNode.Reported.Where(slice => slice.IsLive)) }
        from violation in GpuBudget.Judge($"{gpuNode.Name}, GPU {gpu}, {list.Name}", gpuNode.Product(gpu)!, [.. list.Slices.Where(slice => slice.Gpu == gpu)])
        select violation;

    private static IEnumerable<Violation> JudgeNodes(ClusterSeen cluster) =>
        from node in cluster.Nodes
        let used = NodeBudget.UsedOn(node.Key, cluster.Pods)
        let has = NodeBudget.Allocatable(node.Value)
        where !has.Holds(used)
        select new Violation(Invariant.NodeOvercommitted, $"{node.Key}: used {used}, has {has}");
}
