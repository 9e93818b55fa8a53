using Microsoft.Extensions.Logging.Abstractions;
using Nos.Scheduling.Cluster.Observing;
using Nos.Scheduling.Fitting;
using Nos.Scheduling.Gpus;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Tests.Cluster.Observing;

public sealed class FragmentationSeriesTests
{
    [Theory]
    [InlineData("....", 0)]
    [InlineData("####", 0)]
    [InlineData("##..", 0)]
    [InlineData("#...", 1 / 3.0)]
    [InlineData("#..#", 0.5)]
    [InlineData(".##.", 0.5)]
    [InlineData("#.#.", 0.5)]
    public void Is_the_share_of_free_room_that_the_largest_slice_cannot_use(string held, double expected) =>
        Assert.Equal(expected, FragmentationSeries.RatioOf(Node("n", PartitioningMode.Mig, A30(held))), 9);

    [Fact]
    public void Adds_up_a_nodes_GPUs_and_leaves_lost_ones_out() => Assert.Equal(
        1 - (5 / 6.0), FragmentationSeries.RatioOf(Node("n", PartitioningMode.Mig, A30("...."), A30("#..#"), A30("#..#", isLost: true))), 9);

    [Fact]
    public void Has_one_series_a_MIG_node()
    {
        using var metrics = new MetricRegistry(NullLogger<MetricRegistry>.Instance);
        var snapshot = ClusterSnapshot.Of([Node("b", PartitioningMode.Mig, A30("....")), Node("c", PartitioningMode.Mps, A30("....")), Node("a", PartitioningMode.Mig, A30("#..#"))]);
        metrics.CollectFragmentation(() => snapshot);

        Assert.Equal(["a", "b"], Exposition.Read(metrics).Label("nos_fragmentation_ratio", "node"));
        Assert.Equal(0.5, Exposition.Read(metrics).Samples["""nos_fragmentation_ratio{node="a"}"""]);
    }

    private static Node Node(string name, PartitioningMode mode, params Gpu[] gpus) => new(name, mode, Misfit.None, [.. gpus], default);

    private static Gpu A30(string held, bool isLost = false)
    {
        var model = GpuCatalog.Find("NVIDIA-A30")!;
        var single = model.Find("1g.6gb")!;
        var slices = held.Index()
            .Where(place => place.Item == '#')
            .Select(place => new Slice(SliceShape.Mig(single, place.Index), SliceResource.Mig(single.Name), SliceHold.Used));
        return new Gpu(0, model, [.. slices], isLost);
    }
}
