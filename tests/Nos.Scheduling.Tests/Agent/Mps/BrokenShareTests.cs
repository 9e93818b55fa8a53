using Nos.Scheduling.Agent.DevicePlugin;
using Nos.Scheduling.Agent.Reconciling;
using Nos.Scheduling.Agent.Reporting;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Tests.Agent.Mps;

public sealed class BrokenShareTests
{
    private static readonly GpuReading Gpu = new(0, "GPU-0", Draw.A100, [new LiveSlice(SliceShape.Mps(10, 1), null)]);

    [Fact]
    public void Shares_of_a_GPU_whose_daemon_is_gone_are_unhealthy_to_kubelet()
    {
        Assert.True(Device(Gpu).IsHealthy);

        Assert.False(Device(Gpu with { Fault = "The daemon is gone." }).IsHealthy);
    }

    [Fact]
    public void Such_a_node_is_not_as_specified_and_says_why()
    {
        var condition = NodeConditions.Partitioned(View(Gpu with { Fault = "The daemon is gone." }));

        Assert.Equal(("False", "GpuFailed", "The slices of GPU 0 cannot be used: The daemon is gone."), (condition.Status, condition.Reason, condition.Message));
        Assert.Equal("True", NodeConditions.Partitioned(View(Gpu)).Status);
    }

    [Theory]
    [InlineData(PartitioningMode.Mps, "NotShareable")]
    [InlineData(PartitioningMode.Mig, "AgentReady")]
    public void A_GPU_that_cannot_be_shared_concerns_only_nodes_that_share(PartitioningMode mode, string reason)
    {
        var view = View(Gpu with { ShareObstacle = "MIG mode is on." });

        Assert.Equal(reason, NodeConditions.Ready(view with { Order = view.Order with { Mode = mode } }).Reason);
    }

    [Fact]
    public void A_process_that_waits_is_told_with_its_pod_where_that_is_known()
    {
        Assert.Null(NodeConditions.ClientsServed(View(Gpu)));
        var view = View(Gpu with { Queued = [new QueuedClient(7, 1001, 1000, ["0-10gb-1"]), new QueuedClient(8, 1002, null, [])] });
        var use = new Dictionary<SlicePlace, SliceUse> { [new SlicePlace(0, SliceShape.Mps(10, 1))] = new("a/b/c", null) };

        var condition = NodeConditions.ClientsServed(view with { Uses = use })!;

        Assert.Equal("UidConflict", condition.Reason);
        Assert.Contains("Process 7 of user 1001, of a/b/c, waits for GPU 0 until every process of user 1000 has left it", condition.Message);
        Assert.Contains("Process 8 of user 1002 waits for GPU 0 until every process of another user has left it", condition.Message);
    }

    private static SliceDevice Device(GpuReading gpu) => Assert.Single(SliceDevices.Of(new MachineReading("1", [gpu]), _ => null, SliceBook.Empty));

    private static NodeView View(GpuReading gpu) => new(
        new NodeOrder(1, new GpuNodeSpec { Mode = "MPS", Gpus = [] }, PartitioningMode.Mps, null),
        NodeGoal.TouchNothing,
        new MachineReading("1", [gpu]),
        new Dictionary<SlicePlace, SliceUse>(),
        [],
        new Dictionary<SlicePlace, SliceFailure>(),
        new HashSet<SlicePlace>());
}
