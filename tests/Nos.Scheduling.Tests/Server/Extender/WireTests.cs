using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Nos.Scheduling.Cluster.State;
using Nos.Scheduling.Fitting;
using Nos.Scheduling.Nodes;
using Nos.Scheduling.Server.Extender;

namespace Nos.Scheduling.Tests.Server.Extender;

public sealed class WireTests
{
    [Theory]
    [InlineData("cache-filter")]
    [InlineData("nocache-filter")]
    [InlineData("cache-prioritize")]
    [InlineData("nocache-prioritize")]
    [InlineData("preempt-cache-filter")]
    [InlineData("preempt-nocache-filter")]
    public void Understands_what_a_running_scheduler_sent(string file)
    {
        var args = Read(file);

        Assert.Equal("nvidia.com/mig-1g.10gb", Assert.Single(PodDemands.Of(args.Pod!).Slices).Resource.Name);
        Assert.NotEmpty(args.NodeNames ?? args.Nodes!.Names());
        Assert.All(args.NodeNames ?? args.Nodes!.Names(), name => Assert.StartsWith("n", name));
    }

    [Theory]
    [InlineData("cache-bind")]
    [InlineData("nocache-bind")]
    [InlineData("preempt-cache-bind")]
    public void Understands_a_bind_that_a_running_scheduler_sent(string file)
    {
        var args = JsonSerializer.Deserialize(Text(file), ExtenderJson.Default.ExtenderBindingArgs)!;

        Assert.True(args is { PodName.Length: > 0, PodNamespace: "default", PodUid.Length: 36, Node: "n1" or "n2" });
    }

    [Theory]
    [InlineData("preempt-cache-preempt")]
    [InlineData("preempt-nocache-preempt")]
    public void Hands_the_candidates_of_a_preemption_on_by_uid(string file)
    {
        var args = JsonSerializer.Deserialize(Text(file), ExtenderJson.Default.ExtenderPreemptionArgs)!;
        var output = new ArrayBufferWriter<byte>();

        ExtenderReplies.WritePreemption(output, args.Candidates());

        var node = JsonNode.Parse(output.WrittenSpan)!["NodeNameToMetaVictims"]!["n1"]!;
        Assert.Equal(36, ((string)Assert.Single(node["Pods"]!.AsArray())!["UID"]!).Length);
        Assert.Equal(0, (int)node["NumPDBViolations"]!);
    }

    [Fact]
    public void Hands_whole_nodes_back_untouched_where_the_scheduler_sent_whole_nodes()
    {
        var args = Read("nocache-filter");
        var reply = Filter(args, Draw.Node("n1", Draw.Gpu(Draw.A100)), Draw.Node("n2", Draw.Gpu(Draw.A30)));

        var sent = JsonNode.Parse(Text("nocache-filter"))!["Nodes"]!["items"]![0];
        Assert.True(JsonNode.DeepEquals(sent, Assert.Single(reply["Nodes"]!["items"]!.AsArray())));
        Assert.Null(reply["NodeNames"]);
    }

    [Fact]
    public void Says_what_eviction_cannot_help_in_both_maps_and_the_rest_in_one()
    {
        var args = Read("cache-filter") with { NodeNames = ["n1", "n2", "n3", "n4"] };
        var reply = Filter(args, Draw.Node("n1", Draw.Gpu(Draw.A100)), Draw.Node("n2", Draw.Gpu(Draw.A30)), Draw.Node("n3", Draw.Held(Draw.A100, "########")));

        Assert.Equal("""{"Nodes":null,"NodeNames":["n1"],"FailedNodes":{"n2":"ProfileNotOffered","n3":"NoOpenPlacement","n4":"NodeNotManaged"},"FailedAndUnresolvableNodes":{"n2":"ProfileNotOffered","n4":"NodeNotManaged"},"Error":""}""", reply.ToJsonString());
    }

    [Fact]
    public void Says_of_a_pod_that_was_never_rewritten_that_it_was_not_admitted()
    {
        var args = JsonSerializer.Deserialize(
            """{"Pod":{"metadata":{"name":"p","uid":"u"},"spec":{"containers":[{"name":"c","resources":{"limits":{"nos.nebuly.com/gpu-memory":"10"}}}]}},"NodeNames":["n1"],"Unknown":1}"""u8,
            ExtenderJson.Default.ExtenderArgs)!;

        Assert.Equal("NotAdmitted", (string?)Filter(args, Draw.Node("n1", Draw.Gpu(Draw.A100)))["FailedAndUnresolvableNodes"]!["n1"]);
    }

    [Fact]
    public void Lets_a_pod_without_slices_go_anywhere_even_where_nothing_is_managed()
    {
        var args = JsonSerializer.Deserialize("""{"Pod":{"spec":{"containers":[{"name":"c"}]}},"NodeNames":["a","b"]}"""u8, ExtenderJson.Default.ExtenderArgs)!;

        Assert.Equal(2, Filter(args)["NodeNames"]!.AsArray().Count);
    }

    private static JsonNode Filter(ExtenderArgs args, params Node[] nodes)
    {
        var output = new ArrayBufferWriter<byte>();
        var names = args.NodeNames ?? args.Nodes!.Names();
        ExtenderReplies.WriteFilter(output, FilterVerdict.Of(args.Pod!, PodDemands.Of(args.Pod!), names, ClusterSnapshot.Of(nodes), default), args.Nodes);
        return JsonNode.Parse(output.WrittenSpan)!;
    }

    private static ExtenderArgs Read(string file) => JsonSerializer.Deserialize(Text(file), ExtenderJson.Default.ExtenderArgs)!;

    private static string Text(string file) => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Wire", file + ".json"));
}
