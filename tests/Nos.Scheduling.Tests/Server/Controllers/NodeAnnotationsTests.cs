using System.Text.Json.Nodes;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Server.Controllers;
using Nos.Scheduling.Tests.Cluster.State;

namespace Nos.Scheduling.Tests.Server.Controllers;

public sealed class NodeAnnotationsTests
{
    private const string Prefix = "nos.nebuly.com/";

    [Fact]
    public void Counts_slices_by_GPU_profile_and_use_and_names_both_generations()
    {
        var gpuNode = Facts.GpuNode(
            [], ["0/1g.10gb@0=Used:p", "0/1g.10gb@1=Used:q", "0/1g.10gb@2", "0/3g.40gb@4=Creating", "1/2g.20gb@0", "1/2g.20gb@2=Failed", "1/1g.10gb@4=Deleting"], generation: 7);

        Assert.Equal(
            Lines("spec-partitioning-plan=7", "status-gpu-0-1g.10gb-free=1", "status-gpu-0-1g.10gb-used=2", "status-gpu-1-2g.20gb-free=1", "status-partitioning-plan=7"),
            Told(Node(), gpuNode));
    }

    [Fact]
    public void Writes_a_point_for_a_plus_and_an_MPS_share_by_its_size()
    {
        var gpuNode = Facts.GpuNode([], []);
        gpuNode.Status!.Gpus[0] = gpuNode.Status.Gpus[0] with
        {
            Slices = [new SliceStatus { Id = "0-1g.10gb.me-0", Profile = "1g.10gb+me", Start = 0, State = SliceStates.Free }, new SliceStatus { Id = "0-5gb-1", MemoryGB = 5, State = SliceStates.Used }],
        };

        Assert.Equal(
            Lines("spec-partitioning-plan=1", "status-gpu-0-1g.10gb.me-free=1", "status-gpu-0-5gb-used=1", "status-partitioning-plan=1"),
            Told(Node(), gpuNode));
    }

    [Fact]
    public void Names_the_generation_that_the_agent_has_seen_beside_the_one_that_is_wanted()
    {
        var gpuNode = Facts.GpuNode([], [], generation: 9);

        Assert.Equal(
            Lines("spec-partitioning-plan=9", "status-partitioning-plan=8"),
            Told(Node(), gpuNode with { Status = gpuNode.Status! with { ObservedGeneration = 8 } }));
        Assert.Equal(Lines("spec-partitioning-plan=9"), Told(Node(), gpuNode with { Status = null }));
    }

    [Fact]
    public void Writes_nothing_where_all_is_told_already() => Assert.Null(NodeAnnotations.Patch(
        Node(("status-gpu-0-1g.10gb-free", "1"), ("spec-partitioning-plan", "1"), ("status-partitioning-plan", "1"), ("somebody-elses", "x")),
        Facts.GpuNode([], ["0/1g.10gb@0"])));

    [Fact]
    public void Writes_only_what_differs_and_removes_what_is_stale_of_ours_alone()
    {
        var node = Node(
            ("status-gpu-0-1g.10gb-free", "2"), ("status-gpu-0-1g.10gb-used", "1"), ("spec-partitioning-plan", "1"), ("status-partitioning-plan", "1"),
            ("spec-gpu-0-1g.10gb", "3"), ("somebody-elses", "x"));

        Assert.Equal(
            Lines("status-gpu-0-1g.10gb-free=1", "status-gpu-0-1g.10gb-used="), Told(node, Facts.GpuNode([], ["0/1g.10gb@0"])));
    }

    [Fact]
    public void Takes_all_of_ours_off_a_node_that_has_no_GpuNode_any_more()
    {
        var node = Node(("status-gpu-0-1g.10gb-free", "2"), ("spec-partitioning-plan", "1"), ("status-partitioning-plan", "1"), ("spec-gpu-0-1g.10gb", "3"));
        var leaving = Facts.GpuNode([], []) is var gpuNode ? gpuNode with { Metadata = gpuNode.Metadata with { DeletionTimestamp = Facts.Now } } : gpuNode;
        var expected = Lines("spec-partitioning-plan=", "status-gpu-0-1g.10gb-free=", "status-partitioning-plan=");

        Assert.Equal(expected, Told(node, null));
        Assert.Equal(expected, Told(node, leaving));
        Assert.Null(NodeAnnotations.Patch(Node(), null));
    }

    [Fact]
    public void Is_for_that_very_node() =>
        Assert.Equal("uid-n1", (string?)NodeAnnotations.Patch(Node(), Facts.GpuNode([], []))!["metadata"]!["uid"]);

    private static NodeDocument Node(params (string Key, string Value)[] annotations) => Facts.Node() is var node
        ? node with { Metadata = node.Metadata with { Annotations = annotations.ToDictionary(one => Prefix + one.Key, one => one.Value) } } : node;

    private static string[] Lines(params string[] lines) => [.. lines.Select(line => Prefix + line)];

    private static string[] Told(NodeDocument node, GpuNodeDocument? gpuNode) =>
    [
        .. ((JsonObject)NodeAnnotations.Patch(node, gpuNode)!["metadata"]!["annotations"]!).Select(one => $"{one.Key}={one.Value}").Order(StringComparer.Ordinal),
    ];
}
