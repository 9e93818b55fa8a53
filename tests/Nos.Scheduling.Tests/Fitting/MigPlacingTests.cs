using FsCheck;
using FsCheck.Fluent;
using Nos.Scheduling.Fitting;
using Nos.Scheduling.Gpus;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Tests.Fitting;

/// <summary>Pods with several MIG slices, on GPUs with held and free slices, against brute force.</summary>
public sealed class MigPlacingTests
{
    [Theory]
    [InlineData("NVIDIA-A100-SXM4-80GB", 1, 4, 450)]
    [InlineData("NVIDIA-A100-SXM4-80GB", 3, 3, 300)]
    [InlineData("NVIDIA-RTX-PRO-6000-Blackwell-Server-Edition", 2, 4, 450)]
    [InlineData("NVIDIA-A30", 3, 4, 450)]
    [InlineData("floor-swept", 2, 3, 300)]
    [InlineData("narrow", 2, 3, 300)]
    public void Whatever_fits_is_placed_legally_with_the_least_effort_and_a_refusal_means_that_no_way_exists(string layout, int gpus, int slices, int cases)
    {
        var model = Layouts.All[layout];
        var given = from node in RandomGpus.Mig(model, gpus) from asked in RandomGpus.Asked(model, 1, slices) select (Gpus: node, Asked: asked);

        Prop.ForAll(Arb.From(given), given =>
        {
            var node = Draw.Node("n", given.Gpus);
            var demand = Demand(given.Asked);
            var best = MigBruteForce.Best(given.Gpus, given.Asked);

            Assert.Equal(best is not null, new NodeFilter(demand).Check(node) == Misfit.None);
            foreach (var policy in Enum.GetValues<PlacementPolicy>())
            {
                var placement = NodePlacer.Place(node, demand, policy);

                Assert.Equal(best, placement is null ? null : MigBruteForce.EffortOf(given.Gpus, placement));
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(cases));
    }

    [Theory]
    [InlineData("NVIDIA-A100-SXM4-80GB")]
    [InlineData("narrow")]
    public void What_was_worked_out_for_one_node_does_not_change_the_answer_for_the_next(string layout)
    {
        var model = Layouts.All[layout];
        var given = from nodes in Gen.ArrayOf(RandomGpus.Mig(model, 2), 12) from asked in RandomGpus.Asked(model, 2, 3) select (nodes, asked);

        Prop.ForAll(Arb.From(given), given =>
        {
            var demand = Demand(given.asked);
            var placer = new PodPlacer(demand, PlacementPolicy.Fragmentation);
            foreach (var node in given.nodes.Select((gpus, index) => Draw.Node($"n{index}", gpus)))
            {
                var (next, alone) = (placer.Place(node), NodePlacer.Place(node, demand, PlacementPolicy.Fragmentation));

                Assert.Equal(alone?.Slices.Select(slice => (slice.Id, slice.IsReuse)), next?.Slices.Select(slice => (slice.Id, slice.IsReuse)));
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(100));
    }

    [Fact]
    public void A_pod_with_more_slices_than_are_searched_is_placed_one_by_one()
    {
        string[] asked = [.. Enumerable.Repeat("1g.10gb", 10), .. Enumerable.Repeat("2g.20gb", 9), .. Enumerable.Repeat("3g.40gb", 4), .. Enumerable.Repeat("1g.20gb", 4)];
        var gpus = Enumerable.Range(0, 8).Select(index => Draw.Gpu(index, Draw.A100, "-1g.10gb@0", "-2g.20gb@2")).ToArray();
        var demand = Demand([.. asked.Select(SliceResource.Mig)]);

        Assert.False(new RequestKinds(demand.Slices).AreFew);
        foreach (var policy in Enum.GetValues<PlacementPolicy>())
        {
            var placement = NodePlacer.Place(Draw.Node("n", gpus), demand, policy)!;

            Assert.Equal(asked.Order(), placement.Slices.Select(slice => slice.Shape.Profile!.Name).Order());
            Assert.True(MigBruteForce.EffortOf(gpus, placement).Cuts >= asked.Length - 16);
        }

        Assert.Null(NodePlacer.Place(Draw.Node("n", gpus[..6]), demand, PlacementPolicy.Fragmentation));
    }

    [Fact]
    public void A_pod_that_asks_for_thousands_is_refused()
    {
        var node = Draw.Node("n", Draw.Gpu(Draw.A100));

        Assert.Equal(Misfit.NoOpenPlacement, new NodeFilter(PodDemand.Of([new ContainerDemand("c", ContainerKind.Main, SliceResource.Mig("1g.10gb"), 5000)])).Check(node));
        Assert.Equal(Misfit.ClientLimit, new NodeFilter(PodDemand.Of([new ContainerDemand("c", ContainerKind.Main, SliceResource.Mps(1), 5000)])).Check(Draw.MpsNode("n", new Gpu(0, Draw.A10, []))));
    }

    private static PodDemand Demand(SliceResource[] asked) =>
        PodDemand.Of([.. asked.Select((slice, index) => new ContainerDemand($"c{index}", ContainerKind.Main, slice, 1))]);
}
