using Nos.Scheduling.Agent.Reconciling;
using Nos.Scheduling.Agent.Serving;
using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Tests.Agent.Serving;

public sealed class ServedOrderTests
{
    private const string OneTen = "nvidia.com/mig-1g.10gb";

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

    [Theory]
    [InlineData("nvidia.com/gpu.sharing-strategy", "time-slicing", "TimeSlicing", "take the sharing section out")]
    [InlineData("nvidia.com/gpu.replicas", "4", "TimeSlicing", "nvidia.com/gpu.replicas=4")]
    public void A_time_sliced_node_is_touched_no_more_than_any_that_others_share_and_what_to_do_is_told(string label, string value, string reason, string told)
    {
        var node = Node("mig");
        node.Metadata.Labels![label] = value;
        order.See(GpuNode(3));
        order.See(node);

        Assert.Equal(reason, order.Current.Trouble!.Reason);
        Assert.Contains(told, order.Current.Trouble.Message);
        Assert.Empty(order.Current.Goal(MachineReading.Nothing, default).Gpus);
    }

    [Fact]
    public void What_the_DRA_driver_owns_is_not_touched_until_it_owns_it_no_more()
    {
        order.See(Node("mig"));
        order.See(GpuNode(3));

        Assert.True(order.See(ownedByDra: true));
        Assert.Equal("DraOwned", order.Current.Trouble!.Reason);
        Assert.Contains("keep its kubelet plugin off this node", order.Current.Trouble.Message);
        Assert.False(order.See(ownedByDra: true));

        Assert.True(order.See(ownedByDra: false));
        Assert.Null(order.Current.Trouble);
    }

    [Fact]
    public void Whole_GPUs_on_offer_are_another_plugins_until_they_are_gone()
    {
        order.See(Node("mig", ("nvidia.com/gpu", "8")));
        Assert.Equal("ForeignDevicePlugin", order.Current.Trouble!.Reason);
        Assert.Contains("nvidia.com/gpu.deploy.device-plugin=false", order.Current.Trouble.Message);

        Assert.True(order.See(Node("mig", ("nvidia.com/gpu", "0"))));
        Assert.Null(order.Current.Trouble);
    }

    [Fact]
    public void A_node_that_leaves_is_cleaned_up_whoever_comes_after_us()
    {
        var node = Node("mig", ("nvidia.com/gpu", "8"));
        node.Metadata.Labels!.Remove(NosKeys.GpuPartitioning);

        order.See(node);

        Assert.Null(order.Current.Trouble);
    }

    [Fact]
    public void Our_own_names_are_another_plugins_once_there_have_been_more_for_a_minute_than_we_offer()
    {
        var (clock, offered) = (new ManualClock(), new Dictionary<string, int> { [OneTen] = 2 });
        var watching = new ServedOrder(clock, new NameWatch(() => offered, clock));
        watching.See(Node("mig", (OneTen, "2")));
        clock.Advance(600);
        Assert.False(watching.Look());
        Assert.Null(watching.Current.Trouble);

        // Withdrawn by us: kubelet shows it a little later.
        offered[OneTen] = 1;
        watching.Look();
        clock.Advance(59);
        Assert.False(watching.Look());
        watching.See(Node("mig", (OneTen, "1")));
        clock.Advance(59);
        watching.See(Node("mig", (OneTen, "7")));
        clock.Advance(59);
        Assert.False(watching.Look());

        clock.Advance(1);
        Assert.True(watching.Look());
        Assert.Equal("ForeignDevicePlugin", watching.Current.Trouble!.Reason);
        Assert.Contains(OneTen, watching.Current.Trouble.Message);

        Assert.True(watching.See(Node("mig", (OneTen, "1"))));
        Assert.Null(watching.Current.Trouble);
    }

    [Fact]
    public void What_a_kubelet_showed_that_is_not_ready_any_more_proves_nothing()
    {
        var clock = new ManualClock();
        var watching = new ServedOrder(clock, new NameWatch(() => new Dictionary<string, int>(), clock));
        var node = Node("mig", (OneTen, "7"));

        watching.See(node with { Status = node.Status with { Conditions = [new Condition { Type = "Ready", Status = "Unknown" }] } });
        clock.Advance(600);

        Assert.False(watching.Look());
    }

    private static NodeDocument Node(string mode, params (string Resource, string Amount)[] allocatable) => new()
    {
        Metadata = new ObjectMeta { Name = "node-1", Uid = "n", Labels = new Dictionary<string, string> { [NosKeys.GpuPartitioning] = mode } },
        Status = new NodeStatus { Allocatable = allocatable.ToDictionary(one => one.Resource, one => new Quantity(one.Amount)) },
    };

    private static GpuNodeDocument GpuNode(long generation) => new()
    {
        Metadata = new ObjectMeta { Name = "node-1", Uid = "g", Generation = generation },
        Spec = new GpuNodeSpec { Mode = "MIG", Gpus = [] },
    };
}
