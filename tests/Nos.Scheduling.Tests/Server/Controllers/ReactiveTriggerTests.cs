using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Cluster.State;
using Nos.Scheduling.Server.Controllers;
using Nos.Scheduling.Server.Options;
using Nos.Scheduling.Tests.Cluster.State;

namespace Nos.Scheduling.Tests.Server.Controllers;

public sealed class ReactiveTriggerTests
{
    private const string OneG = "nvidia.com/mig-1g.10gb";

    [Theory]
    [InlineData("0/1 nodes are available: 1 Insufficient nvidia.com/mig-1g.10gb.", true)]
    [InlineData("0/3 nodes are available: 1 Insufficient nvidia.com/mig-1g.10gb, 2 node(s) didn't match Pod's node affinity/selector.", true)]
    [InlineData("0/2 nodes are available: 2 Insufficient nvidia.com/mig-1g.10gb. preemption: 0/2 nodes are available: 2 No preemption victims found for incoming pod.", true)]
    [InlineData("1 Insufficient nvidia.com/mig-1g.10gb", true)]
    [InlineData("0/1 nodes are available: 1 Insufficient nvidia.com/mig-1g.10gb.me.", false)]
    [InlineData("0/1 nodes are available: 1 Insufficient nvidia.com/mig-1g.10gb.me, 1 Insufficient nvidia.com/mig-1g.10gb.", true)]
    [InlineData("0/1 nodes are available: 1 Insufficient nvidia.com/mig-2g.20gb.", false)]
    [InlineData("0/1 nodes are available: 1 Insufficient cpu.", false)]
    [InlineData("0/1 nodes are available: 1 NoOpenPlacement.", false)]
    [InlineData("", false)]
    public void Unless_told_otherwise_only_pods_for_which_the_scheduler_lacks_the_slice_are_served(string message, bool wants)
    {
        Assert.Equal(wants, ReactiveTrigger.Wants(Pod(message), AutoSwitch.Auto));
        Assert.True(ReactiveTrigger.Wants(Pod(message), AutoSwitch.On));
        Assert.False(ReactiveTrigger.Wants(Pod(message), AutoSwitch.Off));
    }

    [Theory]
    [InlineData("SchedulingGated")]
    [InlineData("SchedulerError")]
    public void A_pod_that_no_scheduler_found_without_a_node_is_left_alone(string reason)
    {
        Assert.False(ReactiveTrigger.Wants(Pod("Insufficient nvidia.com/mig-1g.10gb", reason), AutoSwitch.On));
        Assert.False(ReactiveTrigger.Wants(PodRecords.Of(Facts.Pod("p", null, null, "Pending", (OneG, 1)))!, AutoSwitch.On));
    }

    [Fact]
    public void Pods_that_are_bound_ended_going_or_not_admitted_are_left_alone()
    {
        var pod = Pod("Insufficient nvidia.com/mig-1g.10gb");

        Assert.All(
            new[] { pod with { NodeName = "n1" }, pod with { HasEnded = true }, pod with { IsTerminating = true }, pod with { IsNotAdmitted = true } },
            other => Assert.False(ReactiveTrigger.Wants(other, AutoSwitch.On)));
    }

    private static PodRecord Pod(string message, string reason = "Unschedulable")
    {
        var pod = Facts.Pod("p", null, null, "Pending", (OneG, 1));
        return PodRecords.Of(pod with { Status = pod.Status with { Conditions = [new Condition { Type = "PodScheduled", Status = "False", Reason = reason, Message = message }] } })!;
    }
}
