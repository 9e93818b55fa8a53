using FsCheck;
using FsCheck.Fluent;
using Nos.Scheduling.Fitting;
using Nos.Scheduling.Sharing;

namespace Nos.Scheduling.Tests.Sharing;

public sealed class SharePlacerTests
{
    private static readonly ShareDemand[] Kinds =
    [
        new(4_000, 8_192, 0, 0, 0), new(4_000, 8_192, 1, 230, 0), new(8_000, 30_000, 1, 470, 0), new(12_000, 49_152, 1, 1000, 0), new(6_000, 16_384, 1, 810, 0b01),
        new(6_000, 16_384, 1, 1000, 0b10), new(24_000, 90_000, 2, 1000, 0), new(48_000, 200_000, 4, 1000, 0b10), new(90_000, 380_000, 8, 1000, 0), new(0, 0, 1, 1, 0),
    ];

    [Fact]
    public void Places_whatever_fits_somewhere_legally_and_alike_in_any_order_of_nodes()
    {
        var cases =
            from gpus in Gen.ArrayOf(Gen.Elements(0, 1, 2, 4, 8, 16), 5)
            from asked in Gen.ArrayOf(Gen.Elements(Kinds), 60)
            from policy in Gen.Elements(PlacementPolicy.Fragmentation, PlacementPolicy.BestFit, PlacementPolicy.FirstFit)
            select (gpus, asked, policy);

        Prop.ForAll(Arb.From(cases), given =>
        {
            ShareNode[] nodes = [.. given.gpus.Select((gpus, index) => new ShareNode($"n{index}", 12_000 * Math.Max(2, gpus), 50_000 * Math.Max(2, gpus), gpus, index % 2))];
            var placer = new SharePlacer(nodes, 2, given.policy);
            var mirrored = new SharePlacer([.. nodes.Reverse()], 2, given.policy);
            var ledger = new Ledger(nodes);
            foreach (var demand in given.asked)
            {
                var placement = placer.Place(demand);
                var other = mirrored.Place(demand);

                Assert.Equal(placement?.Node, nodes.Length - 1 - other?.Node);
                Assert.Equal(placement?.Gpus.ToArray(), other?.Gpus.ToArray());
                ledger.Take(demand, placement);
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(200));
    }

    [Fact]
    public void Leaves_a_model_that_some_pods_insist_on_to_them()
    {
        ShareNode[] nodes = [.. Enumerable.Range(0, 20).Select(index => new ShareNode($"n{index:00}", 96_000, 400_000, 8, index < 4 ? 1 : 0))];
        var placer = new SharePlacer(nodes, 2, PlacementPolicy.Fragmentation);
        var insisting = new ShareDemand(4_000, 8_192, 1, 1000, 0b10);
        var others = new ShareDemand(4_000, 8_192, 1, 1000, 0);

        // One in five insists, and one GPU in five is of the model: all find room, as long as nobody else takes theirs.
        var refused = Enumerable.Range(0, 160).Count(pod => placer.Place(pod % 5 == 0 ? insisting : others) is null);

        Assert.InRange(refused, 0, 2);
        Assert.True(FirstFitRefuses(nodes, insisting, others) > 20);
    }

    [Fact]
    public void Keeps_nodes_whole_for_pods_that_need_one()
    {
        ShareNode[] nodes = [.. Enumerable.Range(0, 20).Select(index => new ShareNode($"n{index:00}", 96_000, 400_000, 8, 0))];
        var placer = new SharePlacer(nodes, 1, PlacementPolicy.Fragmentation);
        var whole = new ShareDemand(64_000, 300_000, 8, 1000, 0);
        var part = new ShareDemand(8_000, 30_000, 1, 470, 0);

        var refused = Enumerable.Range(0, 128).Count(pod => placer.Place(pod % 16 == 15 ? whole : part) is null);

        Assert.Equal(0, refused);
    }

    [Fact]
    public void Takes_the_GPU_that_is_fullest_and_of_whole_ones_the_first()
    {
        ShareNode[] nodes = [new("n", 96_000, 400_000, 4, 0)];
        foreach (var policy in Enum.GetValues<PlacementPolicy>())
        {
            var placer = new SharePlacer(nodes, 1, policy);

            Assert.Equal("0", string.Join('|', placer.Place(new ShareDemand(1, 1, 1, 600, 0))!.Value.Gpus));
            Assert.Equal("1|2", string.Join('|', placer.Place(new ShareDemand(1, 1, 2, 1000, 0))!.Value.Gpus));
            Assert.Equal("0", string.Join('|', placer.Place(new ShareDemand(1, 1, 1, 300, 0))!.Value.Gpus));
            Assert.Empty(placer.Place(new ShareDemand(1, 1, 0, 0, 0))!.Value.Gpus);
            Assert.Null(placer.Place(new ShareDemand(1, 1, 2, 1000, 0)));
        }
    }

    [Theory]
    [InlineData(0, 0.5)]
    [InlineData(1, 0.158655)]
    [InlineData(-2, 0.977250)]
    [InlineData(8, 0)]
    public void Knows_the_normal_tail(double deviations, double expected) => Assert.Equal(expected, NormalTail.Above(deviations), 1e-6);

    private static int FirstFitRefuses(ShareNode[] nodes, ShareDemand insisting, ShareDemand others)
    {
        var placer = new SharePlacer([.. nodes.Select(node => node with { Name = node.Name })], 2, PlacementPolicy.FirstFit);
        return Enumerable.Range(0, 160).Count(pod => placer.Place(pod % 5 == 0 ? insisting : others) is null);
    }

    /// <summary>Keeps count on its own.</summary>
    private sealed class Ledger(ShareNode[] nodes)
    {
        private readonly long[] cpu = [.. nodes.Select(node => (long)node.CpuMilli)];
        private readonly long[] memory = [.. nodes.Select(node => (long)node.MemoryMiB)];
        private readonly int[][] free = [.. nodes.Select(node => Enumerable.Repeat(1000, node.Gpus).ToArray())];

        internal void Take(ShareDemand demand, SharePlacement? placement)
        {
            if (placement is not { } at)
            {
                Assert.DoesNotContain(Enumerable.Range(0, nodes.Length), node => Fits(demand, node));
                return;
            }

            Assert.True(Fits(demand, at.Node));
            Assert.Equal(demand.Gpus, at.Gpus.Distinct().Count());
            cpu[at.Node] -= demand.CpuMilli;
            memory[at.Node] -= demand.MemoryMiB;
            Assert.All(at.Gpus, gpu => Assert.True((free[at.Node][gpu] -= demand.GpuMilli) >= 0));
        }

        private bool Fits(ShareDemand demand, int node) =>
            cpu[node] >= demand.CpuMilli && memory[node] >= demand.MemoryMiB
            && (demand.Gpus == 0 || ((demand.Models == 0 || (demand.Models >> nodes[node].Model & 1) == 1) && free[node].Count(milli => milli >= demand.GpuMilli) >= demand.Gpus));
    }
}
