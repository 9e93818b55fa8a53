using Nos.Scheduling.Fitting;
using Nos.Scheduling.Nodes;
using Nos.Scheduling.Resources;

namespace Nos.Scheduling.Tests.Fitting;

public sealed class NodeSuitabilityTests
{
    private static readonly ResourceAmounts Disk = ResourceAmounts.Of([new("ephemeral-storage", 100)]);

    [Theory]
    [InlineData(1000, 100, 1, 100, "")]
    [InlineData(1001, 100, 1, 100, "Insufficient cpu")]
    [InlineData(1000, 101, 1, 100, "Insufficient memory")]
    [InlineData(1000, 100, 2, 100, "Insufficient pods")]
    [InlineData(1000, 100, 1, 101, "Insufficient ephemeral-storage")]
    public void Every_resource_must_be_there(long cpu, long memory, long pods, long disk, string refusal)
    {
        var demand = PodDemand.Of([], new NodeRoom(cpu, memory, pods), ResourceAmounts.Of([new("ephemeral-storage", disk)]));

        Assert.Equal(refusal, Check(Node(), demand).ToString());
    }

    [Fact]
    public void What_only_people_can_change_is_told_before_what_passes()
    {
        var choosy = new NodeRequirements { Selector = [new("zone", "b")], Affinity = [] };
        var bad = Node(isReady: false, new Taint("gpu", "", TaintEffect.NoSchedule));
        var demand = PodDemand.Of([new ContainerDemand("main", ContainerKind.Main, Draw.Resource("7g.80gb"), 1)], new NodeRoom(9999, 0, 1));

        Assert.Equal("node selector does not match", Check(bad, demand, choosy).ToString());
        Assert.Equal("required node affinity does not match", Check(bad, demand, choosy with { Selector = [] }).ToString());
        Assert.Equal("NodeNotReady", Check(bad, demand).ToString());
        Assert.Equal("untolerated taint gpu:NoSchedule", Check(Node(isReady: true, new Taint("gpu", "", TaintEffect.NoSchedule)), demand).ToString());
        Assert.Equal("NoOpenPlacement", Check(Node(), demand).ToString());
        Assert.Equal("Insufficient cpu", Check(Node(), PodDemand.Of([new ContainerDemand("main", ContainerKind.Main, Draw.Resource("1g.10gb"), 1)], new NodeRoom(9999, 0, 1))).ToString());
    }

    [Theory]
    [InlineData(RefusalKind.Resource, Misfit.NodeResources)]
    [InlineData(RefusalKind.NotReady, Misfit.NodeNotReady)]
    [InlineData(RefusalKind.Taint, Misfit.None)]
    public void A_refusal_says_which_of_our_reasons_it_is(RefusalKind kind, Misfit misfit)
    {
        var refusal = kind switch
        {
            RefusalKind.Resource => Check(Node(), PodDemand.Of([], new NodeRoom(9999, 0, 1))),
            RefusalKind.NotReady => Check(Node(isReady: false), PodDemand.Of([])),
            _ => Check(Node(isReady: true, new Taint("gpu", "", TaintEffect.NoExecute)), PodDemand.Of([])),
        };

        Assert.Equal((kind, misfit), (refusal.Kind, refusal.Misfit));
    }

    private static Refusal Check(Node node, PodDemand demand, NodeRequirements? requirements = null) =>
        new NodeSuitability(demand, requirements ?? NodeRequirements.None).Check(node);

    private static Node Node(bool isReady = true, params Taint[] taints) =>
        new("n1", PartitioningMode.Mig, Misfit.None, [Draw.Gpu(Draw.A100, "4g.40gb@0")], new NodeRoom(1000, 100, 1))
        {
            Traits = NodeTraits.Of("n1") with { IsReady = isReady, Taints = [.. taints] },
            Others = Disk,
        };
}
