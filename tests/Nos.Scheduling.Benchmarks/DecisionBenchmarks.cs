using BenchmarkDotNet.Attributes;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Cluster.State;
using Nos.Scheduling.Fitting;
using Nos.Scheduling.Gpus;
using Nos.Scheduling.Nodes;
using Nos.Scheduling.Server.Extender;

namespace Nos.Scheduling.Benchmarks;

/// <summary>The decisions of one pod over 5,000 nodes x 8 GPUs of mixed occupancy.</summary>
[MemoryDiagnoser]
public class DecisionBenchmarks
{
    private readonly string[] names = [.. Enumerable.Range(0, 5000).Select(index => $"node-{index}")];
    private readonly ClusterSnapshot cluster;
    private readonly Node?[] nodes;
    private readonly PodDocument single = Pod(("nvidia.com/mig-3g.40gb", 1));
    private readonly PodDocument several = Pod(("nvidia.com/mig-3g.40gb", 1), ("nvidia.com/mig-1g.10gb", 2));
    private readonly PodDemand demand = PodDemand.Of([new ContainerDemand("main", ContainerKind.Main, SliceResource.Mig("3g.40gb"), 1)]);

    private readonly PodDemand demandOfSeveral = PodDemand.Of(
    [
        new ContainerDemand("main", ContainerKind.Main, SliceResource.Mig("3g.40gb"), 1), new ContainerDemand("main", ContainerKind.Main, SliceResource.Mig("1g.10gb"), 2),
    ]);

    public DecisionBenchmarks()
    {
        var model = GpuCatalog.Find("NVIDIA-A100-SXM4-80GB")!;
        cluster = ClusterSnapshot.Of(names.Select((name, index) => new Node(
            name, PartitioningMode.Mig, Misfit.None, [.. Enumerable.Range(0, 8).Select(gpu => Gpu(gpu, model, index * 31 + gpu * 7))], new NodeRoom(64_000, 1L << 40, 110))));
        nodes = Array.ConvertAll(names, cluster.Find);
    }

    [Benchmark(Baseline = true)]
    public object Filter_one_slice() => FilterVerdict.Of(single, PodDemands.Of(single), names, cluster, default);

    [Benchmark]
    public object Filter_three_slices() => FilterVerdict.Of(several, PodDemands.Of(several), names, cluster, default);

    [Benchmark]
    public int[] Rank_one_slice() => NodeRanking.Points(nodes, demand, PlacementPolicy.Fragmentation, out _);

    [Benchmark]
    public int[] Rank_three_slices() => NodeRanking.Points(nodes, demandOfSeveral, PlacementPolicy.Fragmentation, out _);

    private static PodDocument Pod(params (string Resource, int Count)[] asks) => new()
    {
        Metadata = new ObjectMeta { Name = "p", Uid = "u" },
        Spec = new PodSpec
        {
            Containers = [new Container { Name = "main", Resources = new ContainerResources { Limits = asks.ToDictionary(ask => ask.Resource, ask => Quantity.Of(ask.Count)) } }],
        },
    };

    /// <summary>A GPU with up to seven 1g slices, which ones by the seed.</summary>
    private static Gpu Gpu(int index, GpuModel model, int seed)
    {
        var profile = model.Find("1g.10gb")!;
        var slices = Enumerable.Range(0, 7)
            .Where(start => (seed >> start & 1) == 1)
            .Select(start => new Slice(SliceShape.Mig(profile, start), SliceResource.Mig("1g.10gb"), start % 3 == 0 ? SliceHold.Free : SliceHold.Used));
        return new Gpu(index, model, [.. slices]);
    }
}
