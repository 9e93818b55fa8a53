using System.Text.Json.Nodes;
using Nos.Scheduling.ClusterTests.Harness;
using Nos.Scheduling.ClusterTests.Manifests;

namespace Nos.Scheduling.ClusterTests.Cli;

/// <summary><c>kubectl nos status</c> as its own process, against a real API server.</summary>
[Collection(ManifestsCollection.Name)]
public sealed class StatusTests(AppliedManifests manifests) : IAsyncLifetime
{
    private const string Node = "status-node";

    public async Task InitializeAsync()
    {
        await manifests.Plane.Admin.Create(ApiPaths.GpuNodes, new JsonObject
        {
            ["apiVersion"] = "nos.nebuly.com/v1alpha1",
            ["kind"] = "GpuNode",
            ["metadata"] = new JsonObject { ["name"] = Node },
            ["spec"] = new JsonObject { ["mode"] = "MIG" },
        });
        await manifests.Plane.Admin.MergePatch(ApiPaths.GpuNode(Node) + "/status", new JsonObject
        {
            ["status"] = JsonNode.Parse("""
                {"conditions": [{"type": "Ready", "status": "True"}], "gpus": [{"index": 0, "product": "NVIDIA-A100-SXM4-80GB", "slices": [
                  {"id": "0-3g.40gb-4", "profile": "3g.40gb", "start": 4, "state": "Used", "pod": "team-a/train/main"},
                  {"id": "0-1g.10gb-0", "profile": "1g.10gb", "start": 0, "state": "Free"}]}]}
                """),
        });
    }

    public Task DisposeAsync() => manifests.Plane.Admin.Delete(ApiPaths.GpuNode(Node));

    [Theory]
    [InlineData("KUBECONFIG")]
    [InlineData("--kubeconfig")]
    public async Task The_cluster_is_found_as_kubectl_finds_it_and_the_picture_is_plain_when_redirected(string by)
    {
        var kubeconfig = manifests.Plane.IssueClient("admin", "system:masters");

        await using var run = by == "KUBECONFIG" ? await Run(kubeconfig, "status", Node) : await Run(null, "status", Node, by, kubeconfig);

        Assert.True(run.ExitCode == 0, run.Tail());
        Assert.Equal(
            ["NODE MODE READY GPU PRODUCT MAP USED FREE", $"{Node} MIG True 0 NVIDIA-A100-SXM4-80GB ....#### 3g.40gb 1g.10gb", "1 node, 1 GPU, 1 slice used, 1 free"],
            run.OutputLines.Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries))));
        Assert.DoesNotContain(run.OutputLines, line => line.Contains('\u001b', StringComparison.Ordinal));
    }

    [Fact]
    public async Task Who_may_not_look_is_told_what_the_server_said()
    {
        await using var run = await Run(manifests.Plane.IssueClient("nobody"), "status");

        Assert.Equal(1, run.ExitCode);
        Assert.Empty(run.OutputLines);
        Assert.Contains("forbidden", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--context", "elsewhere")]
    [InlineData("--kubeconfig", "/nowhere/config")]
    public async Task A_cluster_that_nothing_tells_of_is_named(string option, string value)
    {
        await using var run = await Run(manifests.Plane.IssueClient("admin", "system:masters"), "status", option, value);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains(value, Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_does_not_answer_is_named()
    {
        using var scratch = new ScratchDirectory();
        var file = scratch.File("config");
        var text = await File.ReadAllTextAsync(manifests.Plane.IssueClient("admin", "system:masters"));
        var url = $"https://127.0.0.1:{FreePorts.Next()}";
        await File.WriteAllTextAsync(file, text.Replace(manifests.Plane.ServerUrl, url, StringComparison.Ordinal));

        await using var run = await Run(file, "status");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains(url, Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    private static Task<ChildProcess> Run(string? kubeconfig, params string[] arguments) => ChildProcess.Run(
        ChildCommand.Cli(arguments).With("TERM", "xterm-256color").With("KUBECONFIG", kubeconfig).With("HOME", null));
}
