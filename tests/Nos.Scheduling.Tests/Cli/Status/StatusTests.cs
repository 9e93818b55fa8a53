using System.CommandLine;
using System.Text.Json.Nodes;
using Nos.Scheduling.Cli.Commands;
using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Cluster.InMemory;

namespace Nos.Scheduling.Tests.Cli.Status;

public sealed class StatusTests : IDisposable
{
    private const string A100 = """
        {"product": "NVIDIA-A100-SXM4-80GB", "memoryMiB": 81920, "usableGB": 79, "profiles": [
          {"name": "1g.10gb", "computeSlices": 1, "memorySlices": 1, "memoryMiB": 9728, "starts": [0, 1, 2, 3, 4, 5, 6], "maxInstances": 7},
          {"name": "2g.20gb", "computeSlices": 2, "memorySlices": 2, "memoryMiB": 19968, "starts": [0, 2, 4], "maxInstances": 3},
          {"name": "3g.40gb", "computeSlices": 3, "memorySlices": 4, "memoryMiB": 40192, "starts": [0, 4], "maxInstances": 2}]}
        """;

    private readonly InMemoryApiServer server = new(TimeProvider.System);

    [Fact]
    public async Task Each_GPU_is_drawn_with_what_is_used_and_what_is_free()
    {
        await Add("node-b", "MPS", """
            {"products": [{"product": "NVIDIA-A10", "memoryMiB": 23028, "usableGB": 21, "profiles": []}], "conditions": [{"type": "Ready", "status": "True"}],
             "gpus": [{"index": 0, "product": "NVIDIA-A10", "slices": [
                {"id": "0-10gb-1", "memoryGB": 10, "state": "Used", "pod": "team-b/p/main"}, {"id": "0-5gb-1", "memoryGB": 5, "state": "Free"}]}]}
            """);
        await Add("node-a", "MIG", $$"""
            {"products": [{{A100}}], "conditions": [{"type": "Ready", "status": "True"}],
             "gpus": [
                {"index": 1, "product": "NVIDIA-A100-SXM4-80GB", "slices": []},
                {"index": 0, "product": "NVIDIA-A100-SXM4-80GB", "slices": [
                    {"id": "0-3g.40gb-4", "profile": "3g.40gb", "start": 4, "state": "Used", "pod": "team-a/t/main"},
                    {"id": "0-1g.10gb-1", "profile": "1g.10gb", "start": 1, "state": "Used", "pod": "team-a/t/side"},
                    {"id": "0-1g.10gb-0", "profile": "1g.10gb", "start": 0, "state": "Used", "pod": "team-a/u/main"},
                    {"id": "0-1g.10gb-2", "profile": "1g.10gb", "start": 2, "state": "Free"}]}]}
            """);

        AssertLines(
            """
            NODE   MODE READY GPU PRODUCT               MAP      USED              FREE
            node-a MIG  True  0   NVIDIA-A100-SXM4-80GB ##..#### 2x1g.10gb 3g.40gb 1g.10gb
            node-a MIG  True  1   NVIDIA-A100-SXM4-80GB ........ -                 -
            node-b MPS  True  0   NVIDIA-A10            ####.... 10gb              5gb
            2 nodes, 3 GPUs, 4 slices used, 2 free
            """,
            (await Show()).Output);
    }

    [Fact]
    public async Task What_is_wrong_is_said_in_a_line_each()
    {
        await Add("node-a", "MIG", $$"""
            {"products": [{{A100}}], "conditions": [{"type": "Ready", "status": "False", "reason": "MigDisabled", "message": "run nvidia-smi -mig 1"}],
             "gpus": [{"index": 0, "product": "NVIDIA-A100-SXM4-80GB", "slices": [
                {"id": "0-1g.10gb-0", "profile": "1g.10gb", "start": 0, "state": "Failed", "message": "NVML: 15"},
                {"id": "0-1g.10gb-1", "profile": "1g.10gb", "start": 1, "state": "Creating"}]}]}
            """);
        await Add("node-b", "MIG", null);

        AssertLines(
            """
            NODE   MODE READY   GPU PRODUCT               MAP      USED FREE
            node-a MIG  False   0   NVIDIA-A100-SXM4-80GB ........ -    -
            node-b MIG  Unknown -   -                     -        -    -
            node-a is not ready: MigDisabled: run nvidia-smi -mig 1
            node-a: slice 0-1g.10gb-0 is Failed: NVML: 15
            node-a: slice 0-1g.10gb-1 is Creating
            node-b is not ready: its agent has not said so
            2 nodes, 1 GPU, 0 slices used, 0 free
            """,
            (await Show()).Output);
    }

    [Fact]
    public async Task A_product_that_nobody_reported_is_drawn_by_the_catalogue_and_an_unknown_one_as_a_question_mark()
    {
        await Add("node-a", "MIG", """
            {"gpus": [
                {"index": 0, "product": "NVIDIA-A30", "slices": [{"id": "0-2g.12gb-2", "profile": "2g.12gb", "start": 2, "state": "Used"}]},
                {"index": 1, "product": "NVIDIA-Z9000", "slices": [{"id": "1-1g.10gb-0", "profile": "1g.10gb", "start": 0, "state": "Used"}]},
                {"index": 2, "product": "NVIDIA-A30", "slices": [{"id": "2-4g.24gb-3", "profile": "4g.24gb", "start": 3, "state": "Used"}]}]}
            """);

        var maps = (await ShowJson())["nodes"]![0]!["gpus"]!.AsArray().Select(gpu => (string)gpu!["map"]!);

        Assert.Equal(["..##", "?", "...."], maps);
    }

    [Theory]
    [InlineData("json")]
    [InlineData("yaml")]
    public async Task Programs_get_every_slice_with_its_pod(string format)
    {
        await AddTwoTeams();
        var text = (await Show(format: format)).Output;

        var document = format == "json" ? JsonNode.Parse(text)! : YamlReading.Document(text);

        Assert.True(
            JsonNode.DeepEquals(
                JsonNode.Parse("""
                    {"nodes": [{"name": "node-a", "mode": "MIG", "ready": "True", "gpus": [
                        {"index": 0, "product": "NVIDIA-A100-SXM4-80GB", "map": "#.......", "used": 1, "free": 0,
                         "slices": [{"id": "0-1g.10gb-0", "shape": "1g.10gb", "state": "Used", "pod": "team-a/p/main"}]},
                        {"index": 1, "product": "NVIDIA-A100-SXM4-80GB", "map": ".#......", "used": 1, "free": 0,
                         "slices": [{"id": "1-1g.10gb-1", "shape": "1g.10gb", "state": "Used", "pod": "team-ab/p/main"}]}]}]}
                    """),
                document),
            text);
    }

    [Fact]
    public async Task A_namespace_narrows_it_to_the_GPUs_that_its_pods_are_on()
    {
        await AddTwoTeams();
        await Add("node-b", "MIG", null);

        var nodes = (await ShowJson(ns: "team-a"))["nodes"]!.AsArray();

        Assert.Equal(0, (int)Assert.Single(Assert.Single(nodes)!["gpus"]!.AsArray())!["index"]!);
        Assert.Equal("No pod of namespace team-c uses a slice.\n", (await Show(ns: "team-c")).Error);
    }

    [Fact]
    public async Task Named_nodes_alone_are_shown_and_an_unknown_one_is_told()
    {
        await Add("node-a", "MIG", null);
        await Add("node-b", "MIG", null);

        Assert.Equal("node-b", (string?)Assert.Single((await ShowJson("node-b"))["nodes"]!.AsArray())!["name"]);
        Assert.Contains("there is no GpuNode 'node-c'", (await Assert.ThrowsAsync<CommandFailedException>(() => Show(names: ["node-c"]))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_GpuNodes_it_says_how_there_come_to_be_some()
    {
        var empty = await Show();

        Assert.Equal(("", "No GpuNodes: no node is labelled nos.nebuly.com/gpu-partitioning.\n"), (empty.Output, empty.Error));
    }

    [Fact]
    public async Task A_cluster_that_does_not_know_GpuNodes_is_told_what_to_apply()
    {
        using var client = new KubeClient(new HttpClient(new NotFound()) { BaseAddress = new Uri("http://cluster/") });

        var failure = await Assert.ThrowsAsync<CommandFailedException>(() =>
            StatusCommand.ShowAsync(client, [], null, "table", new InvocationConfiguration(), CancellationToken.None));

        Assert.Contains("kubectl nos crds | kubectl apply -f -", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_kubeconfig_that_is_not_there_ends_with_1_and_a_sentence()
    {
        var run = await CliRun.Of("status", "--kubeconfig", "/nowhere/config");

        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.StartsWith("kubectl nos: ", run.Error, StringComparison.Ordinal);
        Assert.Contains("/nowhere/config", run.Error, StringComparison.Ordinal);
        Assert.Equal(run.Error.Length - 1, run.Error.IndexOf('\n', StringComparison.Ordinal));
    }

    public void Dispose() => server.Dispose();

    private static void AssertLines(string expected, string printed) =>
        Assert.Equal(expected.Split('\n'), printed.TrimEnd('\n').Split('\n').Select(line => line.TrimEnd()));

    private Task AddTwoTeams() => Add("node-a", "MIG", $$"""
        {"products": [{{A100}}], "conditions": [{"type": "Ready", "status": "True"}],
         "gpus": [
            {"index": 0, "product": "NVIDIA-A100-SXM4-80GB", "slices": [{"id": "0-1g.10gb-0", "profile": "1g.10gb", "start": 0, "state": "Used", "pod": "team-a/p/main"}]},
            {"index": 1, "product": "NVIDIA-A100-SXM4-80GB", "slices": [{"id": "1-1g.10gb-1", "profile": "1g.10gb", "start": 1, "state": "Used", "pod": "team-ab/p/main"}]}]}
        """);

    private async Task Add(string name, string mode, string? status)
    {
        using var client = server.CreateClient("test");
        await client.CreateAsync(
            KubeResources.GpuNodes, null, new GpuNodeDocument { Metadata = new ObjectMeta { Name = name }, Spec = new GpuNodeSpec { Mode = mode } }, CancellationToken.None);
        if (status is not null)
        {
            await client.PatchAsync(KubeResources.GpuNodes, null, name, new JsonObject { ["status"] = JsonNode.Parse(status) }, CancellationToken.None, "status");
        }
    }

    private async Task<JsonNode> ShowJson(string? name = null, string? ns = null) =>
        JsonNode.Parse((await Show(name is null ? [] : [name], ns, "json")).Output)!;

    private async Task<(string Output, string Error)> Show(string[]? names = null, string? ns = null, string format = "table")
    {
        using var client = server.CreateClient("test");
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        await StatusCommand.ShowAsync(client, names ?? [], ns, format, new InvocationConfiguration { Output = output, Error = error }, CancellationToken.None);
        return (output.ToString(), error.ToString());
    }

    private sealed class NotFound : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(System.Net.HttpStatusCode.NotFound) { Content = new StringContent("404 page not found\n"), RequestMessage = request });
    }
}
