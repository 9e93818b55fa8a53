using Nos.Scheduling.Agent.Serving;
using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Tests.Agent.Serving;

public sealed class ServedOrderTests
{
    private readonly ServedOrder order = new(new ManualClock());

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Node_and_GpuNode_are_understood_in_either_order(bool nodeFirst)
    {
        _ = nodeFirst ? order.See(Node("mig")) : order.See(GpuNode(3));
        _ = nodeFirst ? order.See(GpuNode(3)) : order.See(Node("mig"));

        Assert.Equal((3L, PartitioningMode.Mig, "g"), (order.Current.Generation, order.Current.Mode, order.Current.GpuNodeUid));
        Assert.NotNull(order.Current.Spec);
    }

    [Fact]
    public void What_says_nothing_new_leaves_the_order_the_same_instance()
    {
        order.See(Node("mig"));
        order.See(GpuNode(3));
        var before = order.Current;

        Assert.False(order.See(GpuNode(3)));
        Assert.False(order.See(Node("mig")));

        Assert.Same(before, order.Current);
    }

    [Fact]
    public void A_GpuNode_of_an_earlier_node_of_this_name_asks_nothing()
    {
        order.See(Node("mig"));
        order.See(GpuNode(3) with { Metadata = new ObjectMeta { Name = "node-1", Uid = "g", Generation = 3, OwnerReferences = [new OwnerReference { Kind = "Node", Uid = "earlier" }] } });

        Assert.Null(order.Current.Spec);
    }

    [Fact]
    public void Without_node_or_GpuNode_nothing_is_asked()
    {
        order.See(Node("mig"));
        order.See(GpuNode(3));

        Assert.True(order.See((NodeDocument?)null));
        Assert.Null(order.Current.Spec);
        order.See(Node("mig"));
        Assert.NotNull(order.Current.Spec);
        Assert.True(order.See((GpuNodeDocument?)null));
        Assert.Null(order.Current.Spec);
    }

    [Fact]
    public void A_label_that_makes_no_sense_is_the_nodes_trouble()
    {
        order.See(Node("both"));

        Assert.Equal("PartitioningLabelInvalid", order.Current.Trouble!.Reason);
    }

    private static NodeDocument Node(string mode) => new()
    {
        Metadata = new ObjectMeta { Name = "node-1", Uid = "n", Labels = new Dictionary<string, string> { [NosKeys.GpuPartitioning] = mode } },
    };

    private static GpuNodeDocument GpuNode(long generation) => new()
    {
        Metadata = new ObjectMeta { Name = "node-1", Uid = "g", Generation = generation },
        Spec = new GpuNodeSpec { Mode = "MIG", Gpus = [] },
    };
}
