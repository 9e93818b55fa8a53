using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Server.Controllers;
using Nos.Scheduling.Tests.Cluster.State;

namespace Nos.Scheduling.Tests.Server.Controllers;

public sealed class GpuNodePlanTests
{
    private static readonly string[] One = ["0/1g.10gb@0"];

    [Fact]
    public void A_labelled_node_gets_a_GpuNode_and_one_without_label_none()
    {
        Assert.Equal(GpuNodeStep.Create, Next(Facts.Node(), null));
        Assert.Equal(GpuNodeStep.None, Next(Unlabelled(), null));
        Assert.Equal(GpuNodeStep.None, Next(null, null));
    }

    [Fact]
    public void The_first_report_is_adopted_and_only_one_about_this_very_spec()
    {
        Assert.Equal(GpuNodeStep.Adopt, Next(Facts.Node(), Facts.GpuNode(null, One)));
        Assert.Equal(GpuNodeStep.None, Next(Facts.Node(), Facts.GpuNode(null, One) with { Status = null }));
        Assert.Equal(GpuNodeStep.None, Next(Facts.Node(), Stale(Facts.GpuNode(null, One, generation: 7))));
        Assert.Equal(GpuNodeStep.None, Next(Facts.Node(), Facts.GpuNode(One, One)));
    }

    [Fact]
    public void The_GpuNode_of_an_earlier_node_of_that_name_is_replaced_whatever_is_on_it()
    {
        Assert.Equal(GpuNodeStep.Delete, Next(Facts.Node(), OwnedBy("uid-of-an-earlier-one")));
        Assert.Equal(GpuNodeStep.None, Next(Facts.Node(), OwnedBy("uid-n1")));
        Assert.Equal(GpuNodeStep.Delete, Next(null, OwnedBy("uid-n1")));
    }

    [Fact]
    public void Without_label_it_is_emptied_until_nothing_is_there_and_then_deleted()
    {
        Assert.Equal(GpuNodeStep.Empty, Next(Unlabelled(), Facts.GpuNode(One, One), []));
        Assert.Equal(GpuNodeStep.None, Next(Unlabelled(), Facts.GpuNode(One, ["0/1g.10gb@0=Used:p"]), One));
        Assert.Equal(GpuNodeStep.Delete, Next(Unlabelled(), Facts.GpuNode([], []), []));
    }

    [Fact]
    public void As_long_as_a_pod_is_there_that_lost_its_slice_it_stays_since_nobody_else_knows_of_that()
    {
        var lost = SliceLossPlanTests.Lost("p", SliceStates.Failed);
        var slice = lost.Status!.Gpus[0].Slices[0] with { Advertised = null };
        lost = lost with { Spec = Facts.GpuNode([], []).Spec, Status = lost.Status with { Gpus = [lost.Status.Gpus[0] with { Slices = [slice] }] } };

        Assert.Equal(GpuNodeStep.None, Next(Unlabelled(), lost, []));
        Assert.Equal(GpuNodeStep.None, Next(Facts.Node(mode: "mps"), lost, []));
    }

    [Fact]
    public void What_was_never_adopted_is_not_touched_when_the_label_goes() =>
        Assert.Equal(GpuNodeStep.Delete, Next(Unlabelled(), Facts.GpuNode(null, One), []));

    [Fact]
    public void With_a_label_of_another_mode_it_is_emptied_first_and_then_changed()
    {
        var mps = Facts.Node(mode: "mps");

        Assert.Equal(GpuNodeStep.Empty, Next(mps, Facts.GpuNode(One, One), []));
        Assert.Equal(GpuNodeStep.None, Next(mps, Facts.GpuNode(One, ["0/1g.10gb@0=Used:p"]), One));
        Assert.Equal(GpuNodeStep.None, Next(mps, Facts.GpuNode([], One), []));
        Assert.Equal(GpuNodeStep.Empty, Next(mps, Facts.GpuNode(One, ["0/1g.10gb@0=Failed"]), []));
        Assert.Equal(GpuNodeStep.ChangeMode, Next(mps, Facts.GpuNode([], []), []));
        Assert.Equal(GpuNodeStep.ChangeMode, Next(mps, Facts.GpuNode(null, []), []));
    }

    [Fact]
    public void A_mode_edited_by_hand_is_put_right_at_once_where_the_slices_are_of_the_labels()
    {
        var edited = Facts.GpuNode(One, ["0/1g.10gb@0=Used:p"]);

        Assert.Equal(GpuNodeStep.ChangeMode, Next(Facts.Node(), edited with { Spec = edited.Spec with { Mode = "MPS" } }, One));
        Assert.Equal(GpuNodeStep.ChangeMode, Next(Facts.Node(), edited with { Spec = edited.Spec with { Mode = null } }, One));
    }

    [Fact]
    public void A_spec_that_keeps_slices_for_who_gave_them_up_is_written_anew()
    {
        Assert.Equal(GpuNodeStep.Disown, GpuNodePlan.Next(Facts.Node(), Facts.GpuNode(One, One), null, namesOwnersThatLeft: true));
        Assert.Equal(GpuNodeStep.None, GpuNodePlan.Next(Facts.Node(), Facts.GpuNode(One, One), null, namesOwnersThatLeft: false));
    }

    private static GpuNodeStep Next(NodeDocument? node, GpuNodeDocument? gpuNode, string[]? wanted = null) =>
        GpuNodePlan.Next(node, gpuNode, wanted is null ? null : Facts.GpuNode(wanted, []).Spec.Gpus, namesOwnersThatLeft: false);

    private static NodeDocument Unlabelled()
    {
        var node = Facts.Node();
        node.Metadata.Labels!.Remove("nos.nebuly.com/gpu-partitioning");
        return node;
    }

    private static GpuNodeDocument Stale(GpuNodeDocument gpuNode) => gpuNode with { Status = gpuNode.Status! with { ObservedGeneration = gpuNode.Metadata.Generation - 1 } };

    private static GpuNodeDocument OwnedBy(string uid)
    {
        var gpuNode = Facts.GpuNode(One, One);
        return gpuNode with { Metadata = gpuNode.Metadata with { OwnerReferences = [new OwnerReference { ApiVersion = "v1", Kind = "Node", Name = "n1", Uid = uid }] } };
    }
}
