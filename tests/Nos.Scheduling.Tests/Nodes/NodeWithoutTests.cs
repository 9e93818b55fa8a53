using Nos.Scheduling.Nodes;
using Nos.Scheduling.Resources;

namespace Nos.Scheduling.Tests.Nodes;

public sealed class NodeWithoutTests
{
    [Fact]
    public void Who_goes_leaves_free_slices_and_room()
    {
        var gpu = new Gpu(0, Draw.A100, [.. Enum.GetValues<SliceHold>().Select((hold, start) => Draw.Slice(Draw.A100, $"1g.10gb@{start}") with { Hold = hold, OwnerUid = "gone" })]);
        var others = ResourceAmounts.Of([KeyValuePair.Create("example.com/nic", 2L)]);
        var node = Draw.Node("n", gpu, Draw.Gpu(1, Draw.A100, "1g.10gb@0"));

        var then = node.Without(new HashSet<string> { "gone" }, new NodeRoom(1, 2, 3), others);

        // Free, reserved, covered, used: what was promised or used is free, what is reserved for a pod to come stays.
        Assert.Equal((".###....", ".#......"), (gpu.Draw(), then.Gpus[0].Draw()));
        Assert.All(then.Gpus[0].Slices.Where(slice => slice.IsFree && slice.Shape.Start > 0), slice => Assert.Null(slice.OwnerUid));
        Assert.Same(node.Gpus[1], then.Gpus[1]);
        Assert.Equal((node.Room + new NodeRoom(1, 2, 3), others), (then.Room, then.Others));
    }
}
