using System.Diagnostics;
using System.Text.Json.Nodes;
using Nos.Scheduling.Fitting;
using Nos.Scheduling.Gpus;
using Nos.Scheduling.Nodes;
using Nos.Scheduling.Preempting;
using Nos.Scheduling.Quotas;
using Nos.Scheduling.Resources;

namespace Nos.Scheduling.Benchmarks;

/// <summary>Whom to evict where every GPU of 1,000 nodes is full of pods of 1,000 quotas, half of which have borrowed; the last quota has nothing of what it is guaranteed.</summary>
internal static class ReclaimRun
{
    private const int Nodes = 1000;
    private const int Quotas = 1000;
    private const int Rounds = 21;
    private const string GpuMemory = QuotaStandings.GpuMemory;
    private const string Owner = "team-999";
    private static readonly DateTimeOffset Noon = new(2026, 11, 25, 12, 0, 0, TimeSpan.Zero);
    private static readonly GpuModel A100 = GpuCatalog.Find("NVIDIA-A100-SXM4-80GB")!;

    /// <summary>How GPUs are full: of ones, of twos and threes, whole, mixed.</summary>
    private static readonly (string Profile, int Start)[][] Layouts =
    [
        [.. Enumerable.Range(0, 7).Select(start => ("1g.10gb", start))],
        [("2g.20gb", 0), ("2g.20gb", 2), ("2g.20gb", 4), ("1g.10gb", 6)],
        [("4g.40gb", 0), ("3g.40gb", 4)],
        [("1g.10gb", 0), ("1g.10gb", 1), ("2g.20gb", 2), ("3g.40gb", 4)],
        [.. Enumerable.Range(0, 7).Select(start => ("1g.10gb", start))],
    ];

    internal static void Run(bool record)
    {
        var mig = Mig(cpuToSpare: 1_000_000);
        var figures = new JsonObject { ["pods"] = mig.Pods.Length };
        Add(figures, "one_1g_slice", mig, "1g.10gb");
        Add(figures, "one_3g_slice", mig, "3g.40gb");
        Add(figures, "one_7g_slice", mig, "7g.80gb");
        Add(figures, "three_slices", mig, "3g.40gb", "1g.10gb", "1g.10gb");
        Add(figures, "one_3g_slice_and_cpu_short", Mig(cpuToSpare: 0), "3g.40gb");
        Add(figures, "one_mps_share", Mps(), "20gb");
        Limits.Show("reclaim_1000_nodes", figures, record);
    }

    private static void Add(JsonObject figures, string name, ReclaimScene scene, params string[] slices)
    {
        var preemptor = Preemptor(slices);
        var spared = new HashSet<string>();
        var (first, next) = (new List<(double Wall, double Cpu)>(), new List<(double Wall, double Cpu)>());
        var decision = default(ReclaimDecision);
        for (var round = 0; round < Rounds; round++)
        {
            // The first pod that a scene is asked for pays for finding out who is where and who is over quota.
            var fresh = new ReclaimScene(scene.Cluster, scene.Ledger, scene.Pods, scene.Budgets, scene.Moment);
            first.Add(Time(() => decision = Reclaim.Decide(fresh, preemptor, null, spared)));
            next.Add(Time(() => decision = Reclaim.Decide(fresh, preemptor, null, spared)));
        }

        Console.WriteLine($"{name}: {decision!.Reason}");
        figures[name] = new JsonObject
        {
            ["first_pod_ms"] = Middle(first, time => time.Wall),
            ["next_pod_ms"] = Middle(next, time => time.Wall),
            ["first_pod_cpu_ms"] = Middle(first, time => time.Cpu),
            ["next_pod_cpu_ms"] = Middle(next, time => time.Cpu),
        };
    }

    private static double Middle(List<(double Wall, double Cpu)> times, Func<(double Wall, double Cpu), double> which) => Math.Round(times.Select(which).Order().ElementAt(Rounds / 2), 1);

    private static (double Wall, double Cpu) Time(Action act)
    {
        var (watch, before) = (Stopwatch.StartNew(), Environment.CpuUsage.TotalTime);
        act();
        return (watch.Elapsed.TotalMilliseconds, (Environment.CpuUsage.TotalTime - before).TotalMilliseconds);
    }

    private static ReclaimScene Mig(long cpuToSpare)
    {
        var pods = new List<BoundPod>();
        var nodes = Enumerable.Range(0, Nodes).Select(node => Node(node, PartitioningMode.Mig, cpuToSpare, pods, gpu => new Gpu(gpu, A100,
            [.. Layouts[(node * 8 + gpu) * 7 % 11 % Layouts.Length].Select(slice => Held(pods, node, SliceShape.Mig(A100.Find(slice.Profile)!, slice.Start), SliceResource.Mig(slice.Profile), default))]))).ToList();
        return Scene(nodes, pods);
    }

    private static ReclaimScene Mps()
    {
        var model = new GpuModel("eighty", 80 * 1024, 78, []);
        var pods = new List<BoundPod>();
        var nodes = Enumerable.Range(0, Nodes).Select(node => Node(node, PartitioningMode.Mps, 1_000_000, pods, gpu => new Gpu(gpu, model,
            [.. Enumerable.Range(1, 7).Select(share => Held(pods, node, SliceShape.Mps(8 + (node + gpu + share) % 4, share), SliceResource.Mps(8 + (node + gpu + share) % 4), new MpsDemand(10, 1000)))]))).ToList();
        return Scene(nodes, pods);
    }

    private static Node Node(int node, PartitioningMode mode, long cpuToSpare, List<BoundPod> pods, Func<int, Gpu> gpu)
    {
        var gpus = Enumerable.Range(0, 8).Select(gpu).ToArray();
        return new Node(Name(node), mode, Misfit.None, [.. gpus], new NodeRoom(cpuToSpare, 1L << 40, 110));
    }

    private static Slice Held(List<BoundPod> pods, int node, SliceShape shape, SliceResource resource, MpsDemand mps)
    {
        var number = pods.Count;
        var demand = PodDemand.Of([new ContainerDemand("main", ContainerKind.Main, resource, 1, mps)], new NodeRoom(1000 + number % 3 * 1000, 1 << 30, 1));
        var started = Noon.AddSeconds(-1000 - number * 7919L % 100_000);
        pods.Add(new BoundPod(
            new QuotaPod($"6f1c2a5e-0000-4000-8000-{number:000000000000}", $"team-{number * 31 % (Quotas - 1):000}", $"pod-{number}", started, number % 5, Request(demand)), Name(node), demand, started)
        {
            Budgets = number % 4 == 0 ? [$"budget-{number % 100}"] : [],
        });
        return new Slice(shape, resource, SliceHold.Used, pods[^1].Pod.Uid, mps);
    }

    private static string Name(int node) => $"node-{node:0000}";

    private static ReclaimScene Scene(IEnumerable<Node> nodes, List<BoundPod> pods)
    {
        // A quota has some 40 pods of 17 GB on average: every second is guaranteed half of that.
        var ledger = QuotaLedger.Of(Enumerable.Range(0, Quotas).Select(index => new Quota(
            new QuotaKey($"team-{index:000}", "quota", false), [$"team-{index:000}"],
            Amounts((GpuMemory, index % 2 == 0 ? 1_000 : 300), ("cpu", index % 2 == 0 ? 1_000_000 : 30_000)), default, Noon.AddDays(-1))));
        ledger = pods.Aggregate(ledger, (before, pod) => before.Taking(pod.Pod.Namespace, pod.Pod.Request));
        return new ReclaimScene(ClusterSnapshot.Of(nodes), ledger, [.. pods], Enumerable.Range(0, 100).ToDictionary(budget => $"budget-{budget}", budget => budget % 3), Noon);
    }

    private static Preemptor Preemptor(string[] slices)
    {
        var demand = PodDemand.Of(
            [.. slices.Select((slice, at) => new ContainerDemand($"c{at}", ContainerKind.Main, Resource(slice), 1, new MpsDemand(10, 1000)))], new NodeRoom(4000, 1 << 30, 1));
        return new Preemptor("waiting", Owner, 0, true, demand, NodeRequirements.None, Request(demand));
    }

    private static SliceResource Resource(string slice) => ProfileName.TryParse(slice, out _) ? SliceResource.Mig(slice) : SliceResource.Mps(int.Parse(slice[..^2]));

    private static ResourceAmounts Request(PodDemand demand) => Amounts(
        [(GpuMemory, demand.Slices.Sum(slice => slice.Resource.MemoryGB)), ("cpu", demand.Room.CpuMilli), ("memory", demand.Room.MemoryBytes), ("pods", 1), .. demand.Slices.GroupBy(slice => slice.Resource.Name).Select(like => (like.Key, (long)like.Count()))]);

    private static ResourceAmounts Amounts(params (string Name, long Amount)[] amounts) =>
        ResourceAmounts.Of(amounts.Select(amount => KeyValuePair.Create(amount.Name, amount.Amount)));
}
