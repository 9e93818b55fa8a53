using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Cluster.State;
using Nos.Scheduling.Fitting;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Tests.Cluster.State;

public sealed class NodeAssemblerTests
{
    private const string OneG = "nvidia.com/mig-1g.10gb";

    [Fact]
    public void Lays_used_over_reserved_over_free()
    {
        var node = Assemble(Facts.GpuNode(["0/1g.10gb@0", "0/3g.40gb@4", "0/1g.10gb@1!uid-w"], ["0/1g.10gb@0=Used:p"]), Facts.Pod("p", "n1", null, "Running", (OneG, 1)), Facts.Pod("w", null, null, "Pending", (OneG, 1)));

        Assert.Equal("ur..ffff", Facts.Drawn(node.Gpus[0]));
        Assert.Equal(Misfit.None, node.Obstacle);
    }

    [Fact]
    public void Frees_what_was_kept_for_a_pod_that_is_gone_or_whose_time_is_up()
    {
        var gpuNode = Facts.GpuNode(["0/1g.10gb@0!uid-gone", "0/1g.10gb@1!uid-w"], []);

        Assert.Equal("fr......", Facts.Drawn(Assemble(gpuNode, Facts.Pod("w", null, null, "Pending", (OneG, 1))).Gpus[0]));
        Assert.Equal("ff......", Facts.Drawn(Assemble(gpuNode, Facts.Now.AddMinutes(3), Facts.Pod("w", null, null, "Pending", (OneG, 1))).Gpus[0]));
    }

    [Fact]
    public void Covers_the_promised_slice_until_the_agent_reports_and_believes_the_report_then()
    {
        var pod = Facts.Pod("p", "n1", "main=0/1g.10gb@1", "Running", (OneG, 1));

        Assert.Equal("fc......", Facts.Drawn(Assemble(Facts.GpuNode(["0/1g.10gb@0", "0/1g.10gb@1"], ["0/1g.10gb@0", "0/1g.10gb@1"]), pod).Gpus[0]));
        Assert.Equal("uf......", Facts.Drawn(Assemble(Facts.GpuNode(["0/1g.10gb@0", "0/1g.10gb@1"], ["0/1g.10gb@0=Used:p", "0/1g.10gb@1"]), pod).Gpus[0]));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("main=0/7g.80gb@0")]
    [InlineData("main=7/1g.10gb@0")]
    [InlineData("nonsense")]
    [InlineData("main=0/1g.10gb@0,main=0/1g.10gb@1,main=0/3g.40gb@4")]
    public void Counts_a_pod_bound_by_hand_whatever_its_forged_promise_says(string? promise)
    {
        var node = Assemble(Facts.GpuNode(["0/1g.10gb@0", "0/1g.10gb@1", "0/3g.40gb@4"], ["0/1g.10gb@0", "0/1g.10gb@1", "0/3g.40gb@4"]), Facts.Pod("p", "n1", promise, "Running", (OneG, 1)));

        Assert.Equal("cf..ffff", Facts.Drawn(node.Gpus[0]));
    }

    [Fact]
    public void Covers_as_many_like_slices_as_bound_pods_ask_for_and_no_more()
    {
        var like = new[] { "0/1g.10gb@0", "0/1g.10gb@1", "0/1g.10gb@2", "0/1g.10gb@6" };
        var (p, q) = (Facts.Pod("p", "n1", "main=0/1g.10gb@2", "Running", (OneG, 1)), Facts.Pod("q", "n1", null, "Running", (OneG, 2)));

        Assert.Equal("ccc...f.", Facts.Drawn(Assemble(Facts.GpuNode(like, like), p, q).Gpus[0]));

        // Kubelet gave p another one, and q one of its two: one more is to come.
        Assert.Equal("ucu...f.", Facts.Drawn(Assemble(Facts.GpuNode(like, ["0/1g.10gb@0=Used:p", "0/1g.10gb@1", "0/1g.10gb@2=Used:q", "0/1g.10gb@6"]), p, q).Gpus[0]));
    }

    [Fact]
    public void Covers_a_promise_that_only_the_report_bears_out()
    {
        var pod = Facts.Pod("p", "n1", "main=0/1g.10gb@1", "Running", (OneG, 1));
        string[] there = ["0/1g.10gb@0", "0/1g.10gb@1"];

        Assert.Equal("fc......", Facts.Drawn(Assemble(Facts.GpuNode(null, there), pod).Gpus[0]));
        Assert.Equal(".c......", Facts.Drawn(Assemble(Facts.GpuNode([], there), pod).Gpus[0]));
        Assert.Equal("c.......", Facts.Drawn(Assemble(Facts.GpuNode([], there), Facts.Pod("p", "n1", null, "Running", (OneG, 1))).Gpus[0]));
    }

    [Fact]
    public void Keeps_what_pods_have_or_wait_for_when_the_label_says_another_mode()
    {
        var gpuNode = Facts.GpuNode(["0/1g.10gb@0", "0/1g.10gb@1", "0/1g.10gb@2!uid-w", "0/3g.40gb@4"], ["0/1g.10gb@0=Used:p", "0/1g.10gb@1", "0/1g.10gb@2", "0/3g.40gb@4"]);
        PodDocument[] pods =
        [
            Facts.Pod("p", "n1", null, "Running", (OneG, 1)), Facts.Pod("q", "n1", "main=0/1g.10gb@1", "Running", (OneG, 1)), Facts.Pod("w", null, null, "Pending", (OneG, 1)),
        ];

        var node = NodeAssembler.Assemble(Known(gpuNode, pods, Facts.Now) with { Node = Facts.Node(mode: "mps") }, new GpuModels());

        Assert.Equal("ucr.....", Facts.Drawn(node.Gpus[0]));
        Assert.True(node.Gpus[0].IsLost);
        Assert.Equal(Misfit.NodeNotReady, node.Obstacle);
    }

    [Fact]
    public void A_place_that_was_given_up_is_nobodys_whatever_the_spec_still_says()
    {
        var facts = Known(Facts.GpuNode(["0/1g.10gb@0!uid-w"], ["0/1g.10gb@0"]), [Facts.Pod("w", null, null, "Pending", (OneG, 1))], Facts.Now);

        Assert.Equal("r.......", Facts.Drawn(NodeAssembler.Assemble(facts, new GpuModels()).Gpus[0]));
        Assert.Equal("f.......", Facts.Drawn(NodeAssembler.Assemble(facts with { IsDecided = uid => uid == "uid-w" }, new GpuModels()).Gpus[0]));
    }

    [Fact]
    public void Leaves_out_what_a_spec_edited_by_hand_asks_for_against_all_rules()
    {
        var node = Assemble(Facts.GpuNode(["0/1g.10gb@0", "0/4g.40gb@0", "0/1g.10gb@7", "0/2g.20gb@1", "0/9g.99gb@0", "0/3g.40gb@4", "5/1g.10gb@0"], []));

        Assert.Equal("f...ffff", Facts.Drawn(node.Gpus[0]));
        Assert.Equal("........", Facts.Drawn(node.Gpus[1]));
    }

    [Fact]
    public void Does_not_reuse_a_slice_that_the_agent_could_not_make() =>
        Assert.Equal("........", Facts.Drawn(Assemble(Facts.GpuNode(["0/1g.10gb@0"], ["0/1g.10gb@0=Failed"])).Gpus[0]));

    [Fact]
    public void Does_not_reuse_a_slice_that_the_spec_no_longer_names() =>
        Assert.Equal("........", Facts.Drawn(Assemble(Facts.GpuNode([], ["0/1g.10gb@0"])).Gpus[0]));

    [Fact]
    public void Offers_nothing_before_the_first_spec_and_sees_what_is_there()
    {
        var node = Assemble(Facts.GpuNode(null, ["0/1g.10gb@0"]));

        Assert.Equal(Misfit.NodeNotReady, node.Obstacle);
        Assert.Equal("f.......", Facts.Drawn(node.Gpus[0]));
    }

    [Fact]
    public void Places_nothing_on_a_GPU_whose_slices_of_the_other_mode_are_still_used()
    {
        var gpuNode = Facts.GpuNode([], ["0/3g.40gb@4=Used:p"]);

        var node = NodeAssembler.Assemble(Known(gpuNode, [Facts.Pod("p", "n1")], Facts.Now) with { Node = Facts.Node(mode: "mps") }, new GpuModels());

        Assert.True(node.Gpus[0].IsLost);
    }

    [Theory]
    [InlineData("gpu-partitioning", "banana", Misfit.NodeNotManaged)]
    [InlineData("gpu.sharing-strategy", "time-slicing", Misfit.TimeSlicing)]
    [InlineData("gpu.replicas", "2", Misfit.TimeSlicing)]
    [InlineData("gpu.replicas", "1", Misfit.None)]
    [InlineData("gpu.replicas", "many", Misfit.None)]
    [InlineData("gpu.sharing-strategy", "none", Misfit.None)]
    [InlineData("gpu.sharing-strategy", "mps", Misfit.None)]
    public void Says_why_a_node_is_not_offered_by_its_labels(string label, string value, Misfit expected)
    {
        var node = Facts.Node();
        node.Metadata.Labels![label.StartsWith("gpu.", StringComparison.Ordinal) ? $"nvidia.com/{label}" : $"nos.nebuly.com/{label}"] = value;

        Assert.Equal(expected, NodeAssembler.Assemble(Known(Facts.GpuNode([], []), [], Facts.Now) with { Node = node }, new GpuModels()).Obstacle);
    }

    [Theory]
    [InlineData(nameof(Misfit.DraOwned), Misfit.DraOwned)]
    [InlineData(nameof(Misfit.TimeSlicing), Misfit.TimeSlicing)]
    [InlineData(nameof(Misfit.ForeignDevicePlugin), Misfit.ForeignDevicePlugin)]
    [InlineData("Stopping", Misfit.NodeNotReady)]
    public void Says_why_a_node_is_not_offered_by_what_its_agent_says(string reason, Misfit expected)
    {
        var gpuNode = Facts.GpuNode([], []);
        var refused = gpuNode.Status! with { Conditions = [new Condition { Type = "Ready", Status = "False", Reason = reason, Message = "do this" }] };

        var node = NodeAssembler.Assemble(Known(gpuNode with { Status = refused }, [], Facts.Now), new GpuModels());

        Assert.Equal((expected, "do this"), (node.Obstacle, node.ObstacleDetail));
    }

    [Fact]
    public void Says_why_a_node_is_not_offered_by_what_is_known_of_it()
    {
        var facts = Known(Facts.GpuNode([], []), [], Facts.Now);

        Assert.Equal(Misfit.AgentSilent, Obstacle(facts with { IsAgentAlive = false }));
        Assert.Equal(Misfit.AgentSilent, Obstacle(facts with { GpuNode = null }));
        Assert.Equal(Misfit.PartitioningBackoff, Obstacle(facts with { Rest = new NodeRest(1, TimeSpan.FromSeconds(10), Facts.Now.AddSeconds(10)) }));
        Assert.Equal(Misfit.NodeNotReady, Obstacle(facts with { Node = Facts.Node() with { Spec = new NodeSpec { Unschedulable = true } } }));
        Assert.Equal(Misfit.NodeNotReady, Obstacle(facts with { Node = WithReady("Unknown") }));
        Assert.Equal(Misfit.None, Obstacle(facts with { Node = WithReady("True") }));
        Assert.Equal(Misfit.NodeNotReady, Obstacle(facts with { GpuNode = Facts.GpuNode([], []) with { Status = Facts.GpuNode([], []).Status! with { Conditions = [] } } }));
        Assert.Equal(Misfit.NodeNotReady, Obstacle(facts with { GpuNode = OwnedBy("uid-of-an-earlier-one") }));
        Assert.Equal(Misfit.None, Obstacle(facts with { GpuNode = OwnedBy("uid-n1") }));
        Assert.Equal(Misfit.DraOwned, Obstacle(facts with { GpuNode = NotReady("DraOwned") }));
        Assert.Equal(Misfit.NodeNotReady, Obstacle(facts with { GpuNode = NotReady("SomethingElse") }));
    }

    /// <summary>The status is a list that the API server takes as a whole: nothing refuses a hand's second entry.</summary>
    [Fact]
    public void A_GPU_and_a_product_that_a_status_lists_twice_are_one_and_all_that_is_used_counts()
    {
        var (once, again) = (Facts.GpuNode([], ["0/1g.10gb@0=Used:p"], gpus: 1), Facts.GpuNode([], ["0/1g.10gb@0=Used:p", "0/3g.40gb@4=Used:q"], gpus: 1));
        var twice = once with
        {
            Status = once.Status! with { Gpus = [.. once.Status.Gpus, .. again.Status!.Gpus], Products = [.. once.Status.Products, .. again.Status.Products] },
        };

        Assert.Equal("u...uuuu", Facts.Drawn(Assert.Single(Assemble(twice).Gpus)));
    }

    [Fact]
    public void Has_no_GPUs_where_the_labels_are_nonsense_and_the_agent_is_silent() =>
        Assert.Empty(NodeAssembler.Assemble(Known(null, [], Facts.Now) with { Node = Facts.Node(count: "banana") }, new GpuModels()).Gpus);

    private static GpuNodeDocument OwnedBy(string uid) => Facts.GpuNode([], []) is var gpuNode
        ? gpuNode with { Metadata = gpuNode.Metadata with { OwnerReferences = [new OwnerReference { Kind = "Node", Name = "n1", Uid = uid }] } } : gpuNode;

    private static Misfit Obstacle(NodeFacts facts) => NodeAssembler.Assemble(facts, new GpuModels()).Obstacle;

    private static NodeDocument WithReady(string status) => Facts.Node() is var node
        ? node with { Status = node.Status with { Conditions = [new Condition { Type = "Ready", Status = status }] } } : node;

    private static GpuNodeDocument NotReady(string reason) => Facts.GpuNode([], []) is var gpuNode
        ? gpuNode with { Status = gpuNode.Status! with { Conditions = [new Condition { Type = "Ready", Status = "False", Reason = reason }] } } : gpuNode;

    private static Node Assemble(GpuNodeDocument gpuNode, params PodDocument[] pods) => Assemble(gpuNode, Facts.Now, pods);

    private static Node Assemble(GpuNodeDocument gpuNode, DateTimeOffset now, params PodDocument[] pods) => NodeAssembler.Assemble(Known(gpuNode, pods, now), new GpuModels());

    private static NodeFacts Known(GpuNodeDocument? gpuNode, PodDocument[] pods, DateTimeOffset now)
    {
        var records = pods.Select(pod => PodRecords.Of(pod)!).ToArray();
        return new NodeFacts(
            "n1", Facts.Node(), gpuNode, [.. records.Where(pod => pod.NodeName == "n1")], [], true, null, uid => records.FirstOrDefault(pod => pod.Uid == uid), now);
    }
}
