using System.Text.Json.Nodes;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Server.Controllers;
using Nos.Scheduling.Tests.Cluster.State;

namespace Nos.Scheduling.Tests.Server.Controllers;

/// <summary>A dash is a label or annotation that is not there.</summary>
public sealed class DevicePluginPlanTests
{
    private const string Label = "nvidia.com/gpu.deploy.device-plugin";
    private const string Before = "nos.nebuly.com/device-plugin-before";

    [Theory]
    [InlineData("-", "-", "false", "")]
    [InlineData("true", "-", "false", "true")]
    [InlineData("true", "", "false", "")]
    [InlineData("-", "true", "false", "true")]
    public void On_a_managed_node_it_is_switched_off_and_what_was_there_is_kept(string label, string before, string label2, string before2) =>
        Assert.Equal((label2, before2), After(Node("mig", label, before), null));

    [Theory]
    [InlineData("false", "-")]
    [InlineData("false", "true")]
    [InlineData("paused-for-mig-change", "-")]
    public void What_is_off_already_or_held_by_NVIDIAs_own_tool_is_left_alone(string label, string before) =>
        Assert.Null(DevicePluginPlan.Patch(Node("mps", label, before), null));

    [Theory]
    [InlineData("false", "true", "true")]
    [InlineData("false", "", "-")]
    [InlineData("true", "", "true")]
    [InlineData("-", "true", "-")]
    public void Once_the_GpuNode_is_gone_it_is_put_back_unless_somebody_has_changed_it(string label, string before, string expected) =>
        Assert.Equal((expected, "-"), After(Node("-", label, before), null));

    [Fact]
    public void While_a_slice_is_there_it_stays_off() =>
        Assert.Null(DevicePluginPlan.Patch(Node("-", "false", "true"), Facts.GpuNode(["0/1g.10gb@0"], ["0/1g.10gb@0=Used:p"])));

    [Theory]
    [InlineData("false")]
    [InlineData("true")]
    [InlineData("-")]
    public void What_we_never_switched_off_is_an_admins(string label) => Assert.Null(DevicePluginPlan.Patch(Node("-", label, "-"), null));

    [Theory]
    [InlineData("TimeSlicing")]
    [InlineData("DraOwned")]
    public void Who_shares_a_refused_nodes_GPUs_is_not_sent_away(string reason)
    {
        var gpuNode = Facts.GpuNode(null, []);
        var refused = gpuNode with { Status = gpuNode.Status! with { Conditions = [new Condition { Type = "Ready", Status = "False", Reason = reason }] } };

        Assert.Null(DevicePluginPlan.Patch(Node("mig", "true", "-"), refused));
    }

    [Fact]
    public void A_time_sliced_node_keeps_its_plugin_before_any_agent_has_said_so()
    {
        var node = Node("mig", "true", "-");
        node.Metadata.Labels!["nvidia.com/gpu.sharing-strategy"] = "time-slicing";

        Assert.Null(DevicePluginPlan.Patch(node, null));
    }

    [Fact]
    public void Nobody_is_asked_about_a_node_that_goes()
    {
        var node = Node("mig", "true", "-");

        Assert.Null(DevicePluginPlan.Patch(null, null));
        Assert.Null(DevicePluginPlan.Patch(node with { Metadata = node.Metadata with { DeletionTimestamp = Facts.Now } }, null));
    }

    [Fact]
    public void It_is_written_only_on_the_node_as_it_was_seen()
    {
        var metadata = DevicePluginPlan.Patch(Node("mig", "true", "-"), null)!["metadata"]!;

        Assert.Equal(("uid-n1", "7"), ((string?)metadata["uid"], (string?)metadata["resourceVersion"]));
    }

    private static (string Label, string Before) After(NodeDocument node, GpuNodeDocument? gpuNode)
    {
        var metadata = DevicePluginPlan.Patch(node, gpuNode)!["metadata"]!.AsObject();
        return (Read(metadata["labels"]!.AsObject(), Label), Read(metadata["annotations"]!.AsObject(), Before));
    }

    private static string Read(JsonObject written, string key) => written.ContainsKey(key) ? (string?)written[key] ?? "-" : throw new InvalidOperationException(key);

    private static NodeDocument Node(string mode, string label, string before)
    {
        var node = Facts.Node();
        var labels = new Dictionary<string, string>(node.Metadata.Labels!);
        labels.Remove("nos.nebuly.com/gpu-partitioning");
        Set(labels, "nos.nebuly.com/gpu-partitioning", mode);
        Set(labels, Label, label);
        var annotations = new Dictionary<string, string>();
        Set(annotations, Before, before);
        return node with { Metadata = node.Metadata with { Labels = labels, Annotations = annotations, ResourceVersion = "7" } };
    }

    private static void Set(Dictionary<string, string> into, string key, string value)
    {
        if (value != "-")
        {
            into[key] = value;
        }
    }
}
