using FsCheck;
using FsCheck.Fluent;
using Nos.Scheduling.Fitting;
using Nos.Scheduling.Gpus;
using Nos.Scheduling.Nodes;
using Nos.Scheduling.Pricing;

namespace Nos.Scheduling.Tests.Fitting;

public sealed class ClusterPlacerTests
{
    private static readonly string[] Profiles = ["1g.10gb", "1g.10gb+me", "1g.20gb", "2g.20gb", "3g.40gb", "4g.40gb", "7g.80gb", "7g.79gb"];

    [Fact]
    public void Places_whatever_fits_somewhere_legally_and_alike_in_any_order_of_nodes_and_whatever_was_asked_before()
    {
        var cases =
            from masks in Gen.ArrayOf(Gen.Choose(0, 255), 6)
            from taught in Gen.ArrayOf(Gen.Elements(Profiles), 30)
            from asked in Gen.Elements(Profiles)
            from policy in Gen.Elements(PlacementPolicy.Fragmentation, PlacementPolicy.BestFit, PlacementPolicy.FirstFit)
            select (masks, taught, asked, policy);

        Prop.ForAll(Arb.From(cases), given =>
        {
            var nodes = Cluster(given.masks);
            var prices = Learned(nodes, given.taught);
            var demand = Draw.Pod(given.asked);

            var found = ClusterPlacer.Place(nodes, demand, given.policy, prices);

            Assert.Equal(nodes.Any(node => new NodeFilter(demand).Check(node) == Misfit.None), found is not null);
            if (found is var (place, placement))
            {
                var slice = Assert.Single(placement.Slices);
                Assert.True(slice.Shape.Profile!.Starts.Contains(slice.Shape.Start));
                Assert.False(slice.Shape.Mask.Overlaps(nodes[place].FindGpu(slice.Gpu)!.Held));

                Node[] backward = [.. Cluster(given.masks).Reverse()];
                var again = ClusterPlacer.Place(backward, demand, given.policy, Learned(backward, given.taught))!.Value;
                Assert.Equal((nodes[place].Name, slice.Id), (backward[again.Place].Name, again.Placement.Slices[0].Id));
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));
    }

    [Fact]
    public void Puts_first_whom_prioritize_puts_first()
    {
        var nodes = Cluster([0, 255, 16, 240, 7, 128]);
        var prices = Learned(nodes, Profiles);
        foreach (var profile in Profiles)
        {
            NodeRanking.Points(nodes, Draw.Pod(profile), PlacementPolicy.Fragmentation, out var best, prices);

            Assert.Equal(best, ClusterPlacer.Place(nodes, Draw.Pod(profile), PlacementPolicy.Fragmentation, prices)?.Place ?? -1);
        }
    }

    [Fact]
    public void Does_not_answer_from_memory_when_prices_have_moved()
    {
        var learner = new PriceLearner();
        Node[] nodes = [Draw.Node("a", Draw.Held(Draw.A100, "####....")), Draw.Node("b", Draw.Held(Draw.A100, "##......"))];
        for (var arrival = 0; arrival < 500; arrival++)
        {
            learner.Observe(Draw.Pod(arrival % 4 == 0 ? "1g.10gb" : "3g.40gb"), nodes);
            Node[] unknown = [.. nodes.Select(node => Draw.Node(node.Name, [.. node.Gpus]))];

            var demand = Draw.Pod("1g.10gb");
            Assert.Equal(
                Id(ClusterPlacer.Place(unknown, demand, PlacementPolicy.Fragmentation, learner.Current)),
                Id(ClusterPlacer.Place(nodes, demand, PlacementPolicy.Fragmentation, learner.Current)));
        }
    }

    [Fact]
    public void Takes_of_several_free_slices_the_one_whose_room_is_worth_least()
    {
        Node[] nodes = [Draw.Node("a", Draw.Gpu(Draw.A100, "-1g.10gb@0")), Draw.Node("b", Draw.Gpu(Draw.A100, "4g.40gb@0", "2g.20gb@4", "-1g.10gb@6"))];

        Assert.Equal("b 0-1g.10gb-6", Id(ClusterPlacer.Place(nodes, Draw.Pod("1g.10gb"), PlacementPolicy.Fragmentation)) is var (place, id) ? $"{nodes[place].Name} {id}" : "");
    }

    private static (int Place, string Id) Id((int Place, NodePlacement Placement)? found) => found is var (place, placement) ? (place, placement.Slices[0].Id) : (-1, "");

    private static Node[] Cluster(int[] masks) => [.. Enumerable.Range(0, masks.Length / 2).Select(index => Draw.Node(
        $"n{index}",
        Draw.Held(Draw.A100, new SliceMask((ushort)masks[index * 2]).Draw(8), 0),
        Draw.Held(Draw.A100, new SliceMask((ushort)masks[(index * 2) + 1]).Draw(8), 1)))];

    private static SlicePrices Learned(Node[] nodes, string[] profiles)
    {
        var learner = new PriceLearner();
        foreach (var profile in profiles)
        {
            learner.Observe(Draw.Pod(profile), nodes);
        }

        return learner.Current;
    }
}
