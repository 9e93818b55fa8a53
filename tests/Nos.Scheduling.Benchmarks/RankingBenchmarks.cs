using BenchmarkDotNet.Attributes;
using Nos.Scheduling.Fitting;
using Nos.Scheduling.Gpus;
using Nos.Scheduling.Nodes;
using Nos.Scheduling.Pricing;

namespace Nos.Scheduling.Benchmarks;

/// <summary>Scoring all of 5,000 nodes x 8 GPUs of mixed occupancy for one pod, at learned prices.</summary>
[MemoryDiagnoser]
public class RankingBenchmarks
{
    private readonly Node[] nodes;
    private readonly PodDemand demand = Pod("3g.40gb");
    private readonly PriceLearner learner = new();
    private readonly SlicePrices[] prices;
    private int turn;

    public RankingBenchmarks()
    {
        var model = GpuCatalog.Find("NVIDIA-A100-SXM4-80GB")!;
        nodes = [.. Enumerable.Range(0, 5000).Select(index => Node(index, model, index * 31))];
        prices = [.. Enumerable.Range(0, 400).Select(arrival => Learned(arrival % 3 == 0 ? "3g.40gb" : "1g.10gb")).Distinct().TakeLast(2)];
    }

    /// <summary>As most decisions are: one node has changed since the last one.</summary>
    [Benchmark(Baseline = true)]
    public int Best_with_one_changed_node()
    {
        turn = (turn + 1) % nodes.Length;
        nodes[turn] = new Node(nodes[turn].Name, PartitioningMode.Mig, Misfit.None, nodes[turn].Gpus, nodes[turn].Room);
        return NodeRanking.Best(nodes, demand, PlacementPolicy.Fragmentation, prices[0]);
    }

    /// <summary>The points that prioritize answers.</summary>
    [Benchmark]
    public int[] Points_of_all() => NodeRanking.Points(nodes, demand, PlacementPolicy.Fragmentation, out _, prices[0]);

    /// <summary>As one decision in 64 is: prices have moved, every node is worked out again.</summary>
    [Benchmark]
    public int Best_after_prices_moved() => NodeRanking.Best(nodes, demand, PlacementPolicy.Fragmentation, prices[++turn % 2]);

    /// <summary>An arrival, the moves of prices on average included.</summary>
    [Benchmark]
    public void Learn_from_an_arrival() => learner.Observe(demand, nodes);

    private SlicePrices Learned(string profile)
    {
        learner.Observe(Pod(profile), nodes);
        return learner.Current;
    }

    private static PodDemand Pod(string profile) => PodDemand.Of([new ContainerDemand("main", ContainerKind.Main, SliceResource.Mig(profile), 1)]);

    private static Node Node(int index, GpuModel model, int seed) => new(
        $"node-{index}", PartitioningMode.Mig, Misfit.None, [.. Enumerable.Range(0, 8).Select(gpu => Gpu(gpu, model, seed + (gpu * 7)))], new NodeRoom(64_000, 1L << 40, 110));

    /// <summary>A GPU with up to seven 1g slices, a third of them free, which ones by the seed.</summary>
    private static Gpu Gpu(int index, GpuModel model, int seed) => new(index, model, [.. Enumerable.Range(0, 7)
        .Where(start => (seed >> start & 1) == 1)
        .Select(start => new Slice(SliceShape.Mig(model.Find("1g.10gb")!, start), SliceResource.Mig("1g.10gb"), start % 3 == 0 ? SliceHold.Free : SliceHold.Used))]);
}
