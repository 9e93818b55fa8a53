using Nos.Scheduling.Fitting;
using Nos.Scheduling.Nodes;
using Nos.Scheduling.Resources;

namespace Nos.Scheduling.Tests.Fitting;

public sealed class PlacementTakingTests
{
    [Fact]
    public void A_place_that_was_free_when_it_was_decided_is_taken_as_it_is_now()
    {
        var demand = Draw.Pod("2g.20gb");
        var decided = NodePlacer.Place(Draw.Node("n", Draw.Gpu(Draw.A100, "4g.40gb@0")), demand, PlacementPolicy.Fragmentation)!;

        var (node, placement) = PlacementTaking.Take(Draw.Node("n", Draw.Gpu(Draw.A100, "4g.40gb@0", "-1g.10gb@4", "-1g.10gb@6")), decided, demand, "me")!.Value;

        Assert.Equal("######..", node.Gpus[0].Draw());
        Assert.Equal(["1g.10gb"], placement.Slices[0].Destroyed.Select(shape => shape.Profile!.Name));
        Assert.Equal(("me", SliceHold.Reserved), (node.Gpus[0].Slices[^1].OwnerUid, node.Gpus[0].Slices[^1].Hold));
    }

    [Theory]
    [InlineData("4g.40gb@0 1g.10gb@5")]
    [InlineData("4g.40gb@0 3g.40gb@4")]
    public void A_place_that_somebody_else_took_meanwhile_is_not_to_be_had(string now)
    {
        var demand = Draw.Pod("2g.20gb");
        var decided = NodePlacer.Place(Draw.Node("n", Draw.Gpu(Draw.A100, "4g.40gb@0")), demand, PlacementPolicy.Fragmentation)!;

        Assert.Null(PlacementTaking.Take(Draw.Node("n", Draw.Gpu(Draw.A100, now.Split(' '))), decided, demand, "me"));
    }

    [Fact]
    public void A_gpu_that_is_gone_is_no_place()
    {
        var demand = Draw.Pod("1g.10gb");
        var decided = NodePlacer.Place(Draw.Node("n", Draw.Gpu(1, Draw.A100)), demand, PlacementPolicy.Fragmentation)!;

        Assert.Null(PlacementTaking.Take(Draw.Node("n", Draw.Gpu(0, Draw.A100)), decided, demand, "me"));
        Assert.Null(PlacementTaking.Take(Draw.Node("n", new Gpu(1, Draw.A100, [], isLost: true)), decided, demand, "me"));
    }

    [Fact]
    public void A_share_keeps_its_gpu_and_gets_the_number_that_is_free_then()
    {
        var demand = Draw.Pod("5gb");
        var decided = NodePlacer.Place(Draw.MpsNode("n", Draw.Gpu(Draw.A10)), demand, PlacementPolicy.Fragmentation)!;

        var (node, placement) = PlacementTaking.Take(Draw.MpsNode("n", Draw.Gpu(Draw.A10, "5gb@1")), decided, demand, "me")!.Value;

        Assert.Equal("0-5gb-2", placement.Slices[0].Id);
        Assert.Equal(10, node.Gpus[0].HeldGB);
        Assert.Null(PlacementTaking.Take(Draw.MpsNode("n", Draw.Gpu(Draw.A10, "20gb@1")), decided, demand, "me"));
    }

    [Fact]
    public void Whatever_else_the_pod_needs_is_taken_too()
    {
        var demand = PodDemand.Of([], new NodeRoom(1000, 10, 1), ResourceAmounts.Of([new("example.com/nic", 1)]));
        var node = new Node("n", PartitioningMode.Mig, Misfit.None, [], new NodeRoom(1500, 15, 2)) { Others = ResourceAmounts.Of([new("example.com/nic", 1)]) };

        var after = PlacementTaking.Take(node, NodePlacement.Nothing, demand, "me")!.Value.Node;

        Assert.Equal(new NodeRoom(500, 5, 1), after.Room);
        Assert.Equal(0, after.Others["example.com/nic"]);
    }
}
