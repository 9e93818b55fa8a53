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
    [InlineData("NVIDIA-A100-SXM4-80GB", 1, 4, 150)]
    [InlineData("NVIDIA-A100-SXM4-80GB", 3, 3, 100)]
    [InlineData("NVIDIA-RTX-PRO-6000-Blackwell-Server-Edition", 2, 4, 150)]
    [InlineData("NVIDIA-A30", 3, 4, 150)]
    [InlineData("floor-swept", 2, 3, 100)]
    [InlineData("narrow", 2, 3, 100)]
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
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(cases).WithReplay(7_000_000_000_000_000_007, 11));
    }

    private static PodDemand Demand(SliceResource[] asked) =>
        PodDemand.Of([.. asked.Select((slice, index) => new ContainerDemand($"c{index}", ContainerKind.Main, slice, 1))]);
}
