using FsCheck;
using FsCheck.Fluent;
using Nos.Scheduling.Fitting;
using Nos.Scheduling.Gpus;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Tests.Fitting;

/// <summary>Pods with one or several MPS shares, on GPUs with held and free shares, against brute force.</summary>
public sealed class MpsPlacingTests
{
    private static readonly GpuModel Large = new("large", 65 * 1024, 64, []);

    [Theory]
    [InlineData(1, 4, 21, 0, 250)]
    [InlineData(2, 3, 12, 0, 250)]
    [InlineData(3, 3, 9, 0, 150)]
    [InlineData(2, 3, 64, 45, 150)]
    public void Whatever_fits_is_placed_legally_with_the_least_effort_and_a_refusal_means_that_no_way_exists(int gpus, int shares, int usableGB, int clients, int cases)
    {
        var model = new GpuModel("mps", (usableGB + 1) * 1024, usableGB, []);
        var given =
            from count in Gen.Choose(1, gpus)
            from node in Gen.ArrayOf(State(model, clients), count)
            from asked in Gen.Choose(1, shares).SelectMany(number => Gen.ArrayOf(Request(usableGB), number))
            select (Gpus: node.Select((slices, index) => new Gpu(index, model, slices, isLost: slices.Length == 7)).ToArray(), Asked: asked);

        Prop.ForAll(Arb.From(given), given =>
        {
            var node = Draw.MpsNode("n", given.Gpus);
            var demand = Demand(given.Asked);
            var best = MpsBruteForce.Best(given.Gpus, given.Asked);

            Assert.Equal(best is not null, new NodeFilter(demand).Check(node) == Misfit.None);
            foreach (var policy in Enum.GetValues<PlacementPolicy>())
            {
                var placement = NodePlacer.Place(node, demand, policy);

                Assert.Equal(best, placement is null ? null : MpsBruteForce.EffortOf(given.Gpus, placement));
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(cases));
    }

    [Fact]
    public void Free_shares_go_where_there_would_be_more_shares_than_clients()
    {
        var free = Enumerable.Range(1, 48).Select(number => Draw.Slice(Large, $"-1gb@{number}")).ToArray();

        var placed = Assert.Single(NodePlacer.Place(Draw.MpsNode("n", new Gpu(0, Large, free)), Draw.Pod("10gb"), PlacementPolicy.Fragmentation)!.Slices);

        Assert.Equal("0-1gb-1", Assert.Single(placed.Destroyed).IdOn(0));
    }

    [Theory]
    [InlineData(Misfit.UidConflict, "5gb 0% 1000", "5gb 0% 2000")]
    [InlineData(Misfit.NotEnoughGpuCompute, "5gb 60% 1000", "5gb 60% 1000")]
    [InlineData(Misfit.NotEnoughGpuMemory, "15gb 60% 1000", "15gb 60% 1000")]
    [InlineData(Misfit.NotEnoughGpuMemory, "15gb 0% 1000", "15gb 0% 1000")]
    [InlineData(Misfit.ProfileNotOffered, "22gb 0% 1000", "15gb 0% 1000")]
    [InlineData(Misfit.None, "5gb 40% 1000", "5gb 60% 1000")]
    public void Says_which_limit_keeps_shares_apart_that_would_fit_one_by_one(Misfit expected, params string[] asked)
    {
        var requests = asked.Select(text => text.Split(' ')).Select(parts => new SliceRequest(
            Draw.Resource(parts[0]), new MpsDemand(int.Parse(parts[1].TrimEnd('%')), long.Parse(parts[2])))).ToArray();

        Assert.Equal(expected, new NodeFilter(Demand(requests)).Check(Draw.MpsNode("n", new Gpu(0, Draw.A10, []))));
    }

    [Fact]
    public void Says_that_clients_are_too_many_together()
    {
        var clients = Enumerable.Range(1, 47).Select(number => Draw.Slice(Large, $"1gb@{number}")).ToArray();

        Assert.Equal(Misfit.ClientLimit, new NodeFilter(Draw.Pod("1gb", "2gb")).Check(Draw.MpsNode("n", new Gpu(0, Large, clients))));
    }

    [Theory]
    [InlineData(1000L, 2000L)]
    [InlineData(2000L, 1000L)]
    [InlineData(null, 1000L)]
    [InlineData(1000L, null)]
    public void Serves_nobody_new_on_a_GPU_whose_holders_differ_in_their_uid_whatever_their_order(long? first, long? second)
    {
        var gpu = new Gpu(0, Draw.A10,
        [
            new Slice(SliceShape.Mps(2, 1), SliceResource.Mps(2), SliceHold.Used, "a", new MpsDemand(0, first)),
            new Slice(SliceShape.Mps(2, 2), SliceResource.Mps(2), SliceHold.Used, "b", new MpsDemand(0, second)),
        ]);

        Assert.All(new long?[] { 1000, 2000, null }, uid =>
            Assert.Equal(Misfit.UidConflict, new NodeFilter(Demand(new SliceRequest(SliceResource.Mps(2), new MpsDemand(0, uid)))).Check(Draw.MpsNode("n", gpu))));
    }

    private static PodDemand Demand(params SliceRequest[] asked) => PodDemand.Of(
        [.. asked.Select((request, index) => new ContainerDemand($"c{index}", ContainerKind.Main, request.Resource, 1, request.Mps))]);

    private static Gen<MpsDemand> Client =>
        from percent in Gen.Elements(0, 0, 0, 20, 50)
        from uid in Gen.Elements<long?>(1000, 1000, 1000, 1000, 2000, null)
        select new MpsDemand(percent, uid);

    private static Gen<SliceRequest> Request(int usableGB) =>
        from gb in Gen.Choose(1, usableGB * 2 / 3)
        from client in Client
        select new SliceRequest(SliceResource.Mps(gb), client);

    /// <summary>Some shares of a GPU as they may stand there, after so many held ones of 1 GB.</summary>
    private static Gen<Slice[]> State(GpuModel model, int clients) =>
        from count in Gen.Choose(0, 5)
        from steps in Gen.ArrayOf(
            from gb in Gen.Choose(1, 8)
            from isFree in Gen.Elements(true, true, false)
            from client in Client
            select (gb, isFree, client), count)
        from held in clients == 0 ? Gen.Constant(0) : Gen.Choose(clients - 2, clients)
        select Legal(model, steps, held);

    private static Slice[] Legal(GpuModel model, (int GB, bool IsFree, MpsDemand Client)[] steps, int held)
    {
        var slices = Enumerable.Range(100, held).Select(number => new Slice(SliceShape.Mps(1, number), SliceResource.Mps(1), SliceHold.Used, "held", new MpsDemand(0, 1000))).ToList();
        foreach (var (gb, isFree, client) in steps)
        {
            if (slices.Sum(slice => slice.Shape.MemoryGB) + gb <= model.UsableGB && slices.Count < 48)
            {
                slices.Add(new Slice(SliceShape.Mps(gb, slices.Count + 1), SliceResource.Mps(gb), isFree ? SliceHold.Free : SliceHold.Used, null, isFree ? default : client));
            }
        }

        return [.. slices];
    }
}
