using Nos.Scheduling.Fitting;
using Nos.Scheduling.Gpus;
using Nos.Scheduling.Nodes;
using Nos.Scheduling.Pricing;

namespace Nos.Scheduling.Tests.Pricing;

public sealed class PriceLearnerTests
{
    private readonly Node[] half = [.. Enumerable.Range(0, 10).Select(index => Draw.Node($"n{index}", Draw.Held(Draw.A100, index % 2 == 0 ? "####...." : ".......#")))];

    [Fact]
    public void Makes_what_is_asked_for_dearer_than_what_is_not()
    {
        var wantsSmall = Taught(half, "1g.10gb");
        var wantsHalves = Taught(half, "3g.40gb");

        // What a 1g at 4 takes away is the place of a 3g: that matters where 3g are asked for.
        var place = Draw.Mask("....#...");
        Assert.True(wantsHalves.WorthsOf(Draw.A100).Loss(Draw.Mask("####...."), place) > 2 * wantsSmall.WorthsOf(Draw.A100).Loss(Draw.Mask("####...."), place));
    }

    [Fact]
    public void Gives_equal_prices_in_any_order_of_nodes()
    {
        var forward = Taught(half, "2g.20gb", "1g.10gb", "3g.40gb");
        var backward = Taught([.. half.Reverse()], "2g.20gb", "1g.10gb", "3g.40gb");

        Assert.All(Enumerable.Range(0, 256), state => Assert.Equal(forward.WorthsOf(Draw.A100).Of(state), backward.WorthsOf(Draw.A100).Of(state)));
    }

    [Fact]
    public void Forgets_what_was_asked_for_long_ago()
    {
        var learner = new PriceLearner();
        Teach(learner, half, 1500, "3g.40gb");
        Teach(learner, half, 4000, "1g.10gb");

        Assert.Equal(Taught(half, "1g.10gb").WorthsOf(Draw.A100).Of(0), learner.Current.WorthsOf(Draw.A100).Of(0), 0.03);
    }

    [Fact]
    public void Counts_a_shape_once_that_two_models_offer()
    {
        var mixed = half.Append(Draw.Node("h", Draw.Gpu(Draw.H100), Draw.Gpu(Draw.A30))).ToArray();

        var prices = Taught(mixed, "1g.10gb", "1g.6gb", "7g.79gb");

        Assert.Equal(prices.WorthsOf(Draw.A100).Of(0), prices.WorthsOf(Draw.H100).Of(0), 9);
        Assert.InRange(prices.WorthsOf(Draw.A30).Of(0), 0.05, 1);
    }

    [Fact]
    public void Knows_nothing_of_clusters_without_MIG()
    {
        var learner = new PriceLearner();

        learner.Observe(Draw.Pod("1g.10gb"), [null, Draw.MpsNode("m", Draw.Gpu(Draw.A10))]);
        learner.Observe(Draw.Pod("10gb"), half);
        learner.Observe(Draw.Pod(), half);

        Assert.Equal(Draw.A100.StartingWorths.Of(0), learner.Current.WorthsOf(Draw.A100).Of(0));
    }

    [Fact]
    public void Spares_nodes_whose_cpu_would_run_out_before_their_GPUs()
    {
        var learner = new PriceLearner();
        for (var arrival = 0; arrival < 50; arrival++)
        {
            learner.Observe(Hungry(8_000), half);
        }

        // 8 cores beside an eighth of a GPU: 32 cores serve half a GPU, the node's other half is stranded already.
        Node[] nodes = [With("rich", 128_000), With("poor", 32_000)];

        Assert.Equal("rich", nodes[NodeRanking.Best(nodes, Hungry(16_000), PlacementPolicy.Fragmentation, learner.Current)].Name);
        Assert.Equal("poor", nodes[NodeRanking.Best(nodes, Hungry(0), PlacementPolicy.Fragmentation, learner.Current)].Name);
    }

    private static PodDemand Hungry(long cpuMilli) =>
        PodDemand.Of([new ContainerDemand("main", ContainerKind.Main, SliceResource.Mig("1g.10gb"), 1)], new NodeRoom(cpuMilli, 0, 1));

    private static Node With(string name, long cpuMilli) =>
        new(name, PartitioningMode.Mig, Misfit.None, [Draw.Gpu(Draw.A100)], new NodeRoom(cpuMilli, 1L << 40, 110));

    private static SlicePrices Taught(Node[] nodes, params string[] profiles)
    {
        var learner = new PriceLearner();
        Teach(learner, nodes, 1500, profiles);
        return learner.Current;
    }

    private static void Teach(PriceLearner learner, Node[] nodes, int arrivals, params string[] profiles)
    {
        for (var arrival = 0; arrival < arrivals; arrival++)
        {
            learner.Observe(Draw.Pod(profiles[arrival % profiles.Length]), nodes);
        }
    }
}
