using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Nos.Scheduling.Cli.Commands;
using Nos.Scheduling.Cli.Planning;
using Nos.Scheduling.Cli.Simulation.Csv;
using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Cluster.InMemory;
using Nos.Scheduling.Cluster.Requests;
using Nos.Scheduling.Fitting;
using Nos.Scheduling.Tests.Cluster.State;

namespace Nos.Scheduling.Tests.Cli.Planning;

public sealed class PlanTests : IDisposable
{
    private readonly InMemoryApiServer server = new(
        TimeProvider.System, moreKinds: [new InMemoryKind("scheduling.k8s.io", "v1", "priorityclasses", "PriorityClass", false)]);

    private readonly CountingNetwork network;

    public PlanTests()
    {
        network = new CountingNetwork(server);
        Seed("api/v1/namespaces", """{"metadata": {"name": "team"}}""");
        Seed("api/v1/namespaces", """{"metadata": {"name": "nos-system"}}""");
    }

    public void Dispose()
    {
        network.Dispose();
        server.Dispose();
    }

    [Fact]
    public async Task Tells_where_each_pod_would_go_what_would_be_cut_and_why_one_stays_out_and_changes_nothing()
    {
        Seed("api/v1/namespaces/team/pods", Json(Facts.Pod("train", "n1", "main=0/2g.20gb@0", "Running", ("nvidia.com/mig-2g.20gb", 1))));
        var train = (await network.CreateClient().FindAsync(KubeResources.Pods, "team", "train", CancellationToken.None))!.Metadata.Uid!;
        Add("n1", ["0/2g.20gb@0", "0/1g.10gb@4"], ["0/2g.20gb@0=Used:train", "0/1g.10gb@4"], user: train);

        var (exit, output, error) = await Plan("""
            {apiVersion: v1, kind: Pod, metadata: {name: small, namespace: team}, spec: {containers: [{name: main, resources: {limits: {nvidia.com/mig-1g.10gb: 1}}}]}}
            ---
            {apiVersion: apps/v1, kind: Deployment, metadata: {name: large, namespace: team}, spec: {replicas: 2, template: {spec: {
              containers: [{name: main, resources: {limits: {nvidia.com/mig-4g.40gb: 1}}}]}}}}
            ---
            {apiVersion: v1, kind: Pod, metadata: {name: medium, namespace: team}, spec: {containers: [{name: main, resources: {limits: {nvidia.com/mig-2g.20gb: 1}}}]}}
            """);

        AssertLines(
            """
            POD NODE SLICE GPU BEFORE -> AFTER CUTS
            team/small n1 main=1g.10gb@4 0 ##...... -> ##..#... none
            team/medium n1 main=2g.20gb@2 0 ##..#... -> #####... +2g.20gb@2
            team/large-0 - - - - -
            team/large-1 - - - - -
            team/large-0 and team/large-1 stay out: 1 NoOpenPlacement. Nearest: GPU 0 of n1, where 2g.20gb@0 (team/train) and 2g.20gb@2 (team/medium, of this plan) are in the way.
            2 of 4 pods would get a place; 1 slice would be made and 0 destroyed, on 1 node. Nothing was changed.
            """,
            output);
        Assert.Equal((1, ""), (exit, error));
        Assert.Empty(network.Writes);
        Assert.True(network.Reads > 0);
    }

    [Fact]
    public async Task Free_slices_that_are_in_the_way_go_and_the_plan_says_so()
    {
        Add("n1", ["0/1g.10gb@0", "0/1g.10gb@1"], ["0/1g.10gb@0", "0/1g.10gb@1"]);

        var (exit, output, _) = await Plan(Pod("whole", "nvidia.com/mig-7g.80gb: 1"));

        AssertLines(
            """
            POD NODE SLICE GPU BEFORE -> AFTER CUTS
            team/whole n1 main=7g.80gb@0 0 ........ -> ######## -1g.10gb@0 -1g.10gb@1 +7g.80gb@0
            1 of 1 pod would get a place; 1 slice would be made and 2 destroyed, on 1 node. Nothing was changed.
            """,
            output);
        Assert.Equal(0, exit);
    }

    [Fact]
    public async Task What_a_pod_asks_for_is_translated_as_the_webhook_would()
    {
        Add("n1", [], []);

        var (exit, output, error) = await Plan(Pod("p", "nos.nebuly.com/gpu-memory: 15"), "json");

        var slice = JsonNode.Parse(output)!["pods"]![0]!["slices"]![0]!;
        Assert.Equal((0, "nvidia.com/mig-1g.20gb", false), (exit, (string?)slice["resource"], (bool)slice["reused"]!));
        Assert.Equal("", error);
    }

    [Fact]
    public async Task What_the_webhook_refuses_stays_out_with_its_sentence()
    {
        Add("n1", [], []);

        var (exit, output, _) = await Plan(Pod("p", "nos.nebuly.com/gpu-memory: 0"), "json");

        var pod = JsonNode.Parse(output)!["pods"]![0]!;
        Assert.Equal((1, "Denied"), (exit, (string?)pod["reason"]));
        Assert.Contains("gpu-memory", (string?)pod["message"]);
    }

    [Fact]
    public async Task A_pod_of_a_namespace_that_is_left_alone_is_not_translated()
    {
        Seed("api/v1/namespaces", """{"metadata": {"name": "alone", "labels": {"nos.nebuly.com/admission": "disabled"}}}""");
        Add("n1", [], []);

        var (exit, output, _) = await Plan(Pod("p", "nos.nebuly.com/gpu-memory: 10", "alone"), "yaml");

        Assert.Equal(1, exit);
        Assert.Contains("reason: NotAdmitted", output);
    }

    [Fact]
    public async Task Priority_classes_decide_who_is_served_first()
    {
        Add("n1", [], []);
        Seed("apis/scheduling.k8s.io/v1/priorityclasses", """{"metadata": {"name": "urgent"}, "value": 1000}""");
        Seed("apis/scheduling.k8s.io/v1/priorityclasses", """{"metadata": {"name": "usual"}, "value": 10, "globalDefault": true}""");

        var (_, output, _) = await Plan($"{Pod("a", "nvidia.com/mig-1g.10gb: 1")}\n---\n{Pod("z", "nvidia.com/mig-7g.80gb: 1", spec: "priorityClassName: urgent, ")}");
        var (_, unknown, _) = await Plan(Pod("a", "nvidia.com/mig-1g.10gb: 1", spec: "priorityClassName: whatever, "));

        Assert.Contains("team/z n1", Squeezed(output));
        Assert.Contains("team/a stays out", output);
        Assert.Contains("there is no PriorityClass whatever; name one of urgent, usual.", unknown);
    }

    [Fact]
    public async Task Nodes_are_judged_as_the_scheduler_would_and_other_resources_too()
    {
        Add("n1", [], []);

        var (_, selector, _) = await Plan(Pod("p", "nvidia.com/mig-1g.10gb: 1", spec: "nodeSelector: {zone: b}, "));
        var (_, cpu, _) = await Plan(Pod("p", "nvidia.com/mig-1g.10gb: 1, cpu: 9"));

        Assert.Contains("team/p stays out: 1 node selector does not match.", selector);
        Assert.Contains("team/p stays out: 1 Insufficient cpu. Nearest: n1: Insufficient cpu.", cpu);
    }

    [Theory]
    [InlineData(30, "n1")]
    [InlineData(3600, null)]
    public async Task An_agent_whose_lease_has_run_out_is_silent_by_the_newest_lease_not_by_this_clock(int secondsOlder, string? node)
    {
        var newest = DateTimeOffset.UtcNow.AddMinutes(5);
        Add("n1", [], [], renewed: newest.AddSeconds(-secondsOlder));
        AddLease("leader", newest);

        var (_, output, _) = await Plan(Pod("p", "nvidia.com/mig-1g.10gb: 1"), "json");

        var pod = JsonNode.Parse(output)!["pods"]![0]!;
        Assert.Equal(node, (string?)pod["node"]);
        Assert.Equal(node is null ? "AgentSilent" : null, (string?)pod["reason"]);
    }

    [Fact]
    public async Task What_is_worth_knowing_is_told_beside_the_plan()
    {
        Add("n1", [], []);
        Seed("api/v1/namespaces/team/pods", Json(Facts.Pod("waits", null, null, "Pending", ("nvidia.com/mig-1g.10gb", 1))));

        var (_, output, error) = await Plan($"{Pod("p", "nvidia.com/mig-1g.12gb: 1", "nowhere")}\n---\n{{apiVersion: v1, kind: Service, metadata: {{name: web}}}}");

        Assert.Contains("1 pod of the cluster waits for slices already and may be served first.", output);
        Assert.Contains("Left out, as they make no pods or nobody knows how many: Service web.", error);
        Assert.Contains("Namespace nowhere does not exist yet", error);
    }

    [Theory]
    [InlineData("{apiVersion: v1, kind: Service, metadata: {name: web}}", null, "there is no pod in pods.yaml; write Pods, Deployments, ReplicaSets, StatefulSets or Jobs.")]
    [InlineData("", null, "there is no pod in the file; write")]
    [InlineData("{apiVersion: v1, kind: Pod, metadata: {name: p, namespace: team}, spec: {containers: [{name: main}]}}", "other", "pods.yaml, document 1 (line 1), metadata.namespace: it says team, but -n says other; leave one of them out.")]
    [InlineData("{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [{name: main}]}}\n---\n{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [{name: main}]}}", null, "pods.yaml, document 2 (line 3), metadata.name: pod default/p is there already; give one of them another name.")]
    public async Task Files_that_say_nothing_or_contradict_are_bad_input(string text, string? ns, string complaint) =>
        Assert.StartsWith(complaint, (await Assert.ThrowsAsync<BadInputException>(() => Plan(text, ns: ns))).Message);

    [Theory]
    [InlineData("plan")]
    [InlineData("plan -f /nowhere/pods.yaml")]
    [InlineData("plan -f /dev/null -o table --policy whatever")]
    public async Task Bad_usage_ends_with_two(string arguments)
    {
        var run = await CliRun.Of(arguments.Split(' '));

        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.StartsWith("kubectl nos: ", run.Error);
        Assert.Single(run.Error.TrimEnd('\n').Split('\n'));
    }

    private static string Pod(string name, string limits, string ns = "team", string spec = "") =>
        $"{{apiVersion: v1, kind: Pod, metadata: {{name: {name}, namespace: {ns}}}, spec: {{{spec}containers: [{{name: main, resources: {{limits: {{{limits}}}}}}}]}}}}";

    private void Add(string name, string[] spec, string[] status, DateTimeOffset? renewed = null, string user = "")
    {
        var (node, gpuNode) = (Facts.Node(name, count: "1"), Facts.GpuNode(spec, status, name, gpus: 1));
        Seed("api/v1/nodes", Json(node with { Metadata = node.Metadata with { Uid = null } }));
        Seed("apis/nos.nebuly.com/v1alpha1/gpunodes", JsonSerializer.Serialize(gpuNode with { Metadata = new ObjectMeta { Name = name } }, KubeJson.Default.GpuNodeDocument).Replace("uid-train", user, StringComparison.Ordinal));
        AddLease(name, renewed ?? DateTimeOffset.UtcNow);
    }

    private void AddLease(string name, DateTimeOffset renewed) => Seed(
        "apis/coordination.k8s.io/v1/namespaces/nos-system/leases",
        $$"""
            {"metadata": {"name": "{{name}}"}, "spec": {"holderIdentity": "{{name}}", "leaseDurationSeconds": 90, "renewTime": "{{renewed:yyyy-MM-ddTHH:mm:ss.ffffff}}Z"} }
            """);

    private static string Json(NodeDocument node) => JsonSerializer.Serialize(node, KubeJson.Default.NodeDocument);

    private static string Json(PodDocument pod) => JsonSerializer.Serialize(pod with { Metadata = pod.Metadata with { ResourceVersion = null } }, KubeJson.Default.PodDocument);

    private void Seed(string path, string json) => server.Seed(path, System.Text.Encoding.UTF8.GetBytes(json));

    private async Task<(int Exit, string Output, string Error)> Plan(string text, string format = "table", string? ns = null)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        using var client = network.CreateClient();
        var request = new PlanRequest(InputDocuments.Read("pods.yaml", text), ns, "default", PlacementPolicy.Fragmentation, new AdmissionSettings(), format);
        var exit = await PlanCommand.RunAsync(client, request, new InvocationConfiguration { Output = output, Error = error }, TimeProvider.System, CancellationToken.None);
        return (exit, output.ToString(), error.ToString());
    }

    private static void AssertLines(string expected, string actual) => Assert.Equal(expected.ReplaceLineEndings("\n"), Squeezed(actual));

    private static string Squeezed(string text) =>
        string.Join('\n', text.TrimEnd('\n').Split('\n').Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries))));
}
