using FsCheck;
using FsCheck.Fluent;
using Nos.Scheduling.Fitting;
using Nos.Scheduling.Gpus;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Tests.Fitting;

/// <summary>Equal inputs give equal answers, in whatever order GPUs, slices, containers and nodes are listed.</summary>
public sealed class OrderTests
{
    [Theory]
    [InlineData("NVIDIA-A100-SXM4-80GB")]
    [InlineData("NVIDIA-RTX-PRO-6000-Blackwell-Server-Edition")]
    public void MIG_slices_go_to_the_same_places(string layout)
    {
        var model = Layouts.All[layout];
        var given = from gpus in RandomGpus.Mig(model, 3) from asked in RandomGpus.Asked(model, 1, 4) from shuffle in Gen.Choose(1, 1_000_000) select (gpus, asked, shuffle);

        Prop.ForAll(Arb.From(given), given =>
        {
            foreach (var policy in Enum.GetValues<PlacementPolicy>())
            {
                var straight = NodePlacer.Place(Draw.Node("n", given.gpus), Demand(given.asked), policy);
                var shuffled = NodePlacer.Place(Draw.Node("n", Shuffled(given.gpus, given.shuffle)), Demand([.. Shuffled(given.asked, given.shuffle)]), policy);

                Assert.Equal(Answer(straight), Answer(shuffled));
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(100));
    }

    [Fact]
    public void MPS_shares_go_to_the_same_GPUs()
    {
        var state = from shares in Gen.ArrayOf(from gb in Gen.Choose(1, 6) from isFree in Gen.Elements(true, false) select (gb, isFree), 3) select shares;
        var given =
            from gpus in Gen.ArrayOf(state, 2)
            from asked in Gen.ArrayOf(Gen.Choose(1, 8), 3)
            from shuffle in Gen.Choose(1, 1_000_000)
            select (gpus: gpus.Select((shares, index) => new Gpu(index, Draw.A10, [.. shares.Select((share, number) => Draw.Slice(Draw.A10, $"{(share.isFree ? "-" : "")}{share.gb}gb@{number + 1}"))])).ToArray(), asked, shuffle);

        Prop.ForAll(Arb.From(given), given =>
        {
            var straight = NodePlacer.Place(Draw.MpsNode("n", given.gpus), Draw.Pod([.. given.asked.Select(gb => $"{gb}gb")]), PlacementPolicy.Fragmentation);
            var shuffled = NodePlacer.Place(
                Draw.MpsNode("n", Shuffled(given.gpus, given.shuffle)), Draw.Pod([.. Shuffled(given.asked, given.shuffle).Select(gb => $"{gb}gb")]), PlacementPolicy.Fragmentation);

            Assert.Equal(Answer(straight), Answer(shuffled));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(200));
    }

    [Fact]
    public void Nodes_have_the_same_rank()
    {
        var given =
            from nodes in Gen.ArrayOf(RandomGpus.Mig(Draw.A100, 2), 5)
            from asked in RandomGpus.Asked(Draw.A100, 1, 3)
            from shuffle in Gen.Choose(1, 1_000_000)
            select (nodes: nodes.Select((gpus, index) => Draw.Node($"n{index}", gpus)).ToArray(), asked, shuffle);

        Prop.ForAll(Arb.From(given), given =>
        {
            var other = Shuffled(given.nodes, given.shuffle);
            var straight = NodeRanking.Points(given.nodes, Demand(given.asked), PlacementPolicy.Fragmentation, out _);
            var shuffled = NodeRanking.Points(other, Demand(given.asked), PlacementPolicy.Fragmentation, out _);

            Assert.Equal(given.nodes.Select((node, place) => (node.Name, straight[place])).Order(), other.Select((node, place) => (node.Name, shuffled[place])).Order());
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(100));
    }

    private static PodDemand Demand(SliceResource[] asked) =>
        PodDemand.Of([.. asked.Select((slice, index) => new ContainerDemand($"c{index}", ContainerKind.Main, slice, 1))]);

    /// <summary>Which slices are given, cut and destroyed, whichever container has which of like ones.</summary>
    private static string Answer(NodePlacement? placement) => placement is null ? "no" : string.Join('\n', placement.Slices
        .Select(slice => $"{slice.Id} {slice.Resource} {slice.IsReuse}")
        .Concat(placement.Slices.SelectMany(slice => slice.Destroyed.Select(shape => $"- {shape.IdOn(slice.Gpu)}")))
        .Order(StringComparer.Ordinal));

    private static Gpu[] Shuffled(Gpu[] gpus, int seed) =>
        [.. Shuffled<Gpu>(gpus, seed).Select(gpu => new Gpu(gpu.Index, gpu.Model, Shuffled([.. gpu.Slices], seed), gpu.IsLost))];

    private static T[] Shuffled<T>(T[] items, int seed)
    {
        var shuffled = items.ToArray();
        new Random(seed).Shuffle(shuffled);
        return shuffled;
    }
}
