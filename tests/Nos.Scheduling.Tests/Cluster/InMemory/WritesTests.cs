using System.Text.Json.Nodes;
using Nos.Scheduling.Cluster.Api;

namespace Nos.Scheduling.Tests.Cluster.InMemory;

public sealed class WritesTests : IDisposable
{
    private readonly TestCluster cluster = new();

    public void Dispose() => cluster.Dispose();

    [Fact]
    public async Task Gives_a_new_object_an_identity_and_a_pod_its_defaults()
    {
        var pod = await cluster.AddPodAsync("a");

        Assert.NotEmpty(pod.Metadata.Uid!);
        Assert.NotNull(pod.Metadata.CreationTimestamp);
        Assert.Equal(1, pod.Metadata.Generation);
        Assert.Equal("default-scheduler", pod.Spec.SchedulerName);
        Assert.Equal("Pending", pod.Status.Phase);
    }

    [Fact]
    public async Task Makes_a_name_from_its_beginning()
    {
        var pod = TestCluster.Pod("");
        pod["metadata"] = new JsonObject { ["generateName"] = "job-" };

        var created = await cluster.CreateAsync(KubeResources.Pods, "default", pod);

        Assert.Matches("^job-[a-z0-9]{5}$", created.Metadata.Name);
    }

    [Fact]
    public async Task A_name_is_given_once()
    {
        await cluster.AddPodAsync("a");
        var refused = await Assert.ThrowsAsync<KubeApiException>(() => cluster.AddPodAsync("a"));
        Assert.True(refused.IsAlreadyExists);
        Assert.False(refused.IsConflict);
    }

    [Theory]
    [InlineData("A")]
    [InlineData("a_b")]
    [InlineData("")]
    public async Task A_name_that_is_none_is_refused(string name)
    {
        var refused = await Assert.ThrowsAsync<KubeApiException>(() => cluster.AddPodAsync(name));
        Assert.Equal(422, (int)refused.Status);
        Assert.Equal("Invalid", refused.Reason);
    }

    [Fact]
    public async Task There_are_no_objects_in_a_namespace_that_is_not_there()
    {
        var refused = await Assert.ThrowsAsync<KubeApiException>(() => cluster.AddPodAsync("a", ns: "nowhere"));
        Assert.True(refused.IsNotFound);
        Assert.Contains("namespaces \"nowhere\" not found", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_generation_counts_changes_of_the_spec_only()
    {
        var node = await cluster.AddGpuNodeAsync("n");
        var patches = new (string? Subresource, JsonObject Patch, long Generation)[]
        {
            (null, new() { ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["a"] = "b" } } }, 1),
            (null, new() { ["spec"] = new JsonObject { ["mode"] = "MPS" } }, 2),
            ("status", new() { ["status"] = new JsonObject { ["driver"] = "1" } }, 2),
        };
        foreach (var (subresource, patch, generation) in patches)
        {
            node = await cluster.Client.PatchAsync(KubeResources.GpuNodes, null, "n", patch, CancellationToken.None, subresource);
            Assert.Equal(generation, node.Metadata.Generation);
        }
    }

    [Fact]
    public async Task A_write_that_changes_nothing_is_none()
    {
        var pod = await cluster.AddPodAsync("a");
        var patched = await cluster.PatchAsync(pod, new JsonObject { ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["x"] = null } } });
        Assert.Equal(pod.Metadata.ResourceVersion, patched.Metadata.ResourceVersion);
    }

    [Fact]
    public async Task Nobody_changes_what_the_server_owns()
    {
        var pod = await cluster.AddPodAsync("a");
        var patch = new JsonObject { ["metadata"] = new JsonObject { ["generation"] = 99, ["creationTimestamp"] = null, ["labels"] = new JsonObject { ["x"] = "y" } } };

        var patched = await cluster.PatchAsync(pod, patch);

        Assert.Equal(pod.Metadata.CreationTimestamp, patched.Metadata.CreationTimestamp);
        Assert.Equal(1, patched.Metadata.Generation);
        Assert.Equal("y", patched.Metadata.Label("x"));
    }

    [Fact]
    public async Task What_goes_with_a_node_are_its_GpuNodes_and_no_others()
    {
        var node = await cluster.AddNodeAsync("n");
        await cluster.AddGpuNodeAsync("n", node.Metadata.Uid);
        await cluster.AddGpuNodeAsync("other", "another-uid");

        await cluster.Client.DeleteAsync(KubeResources.Nodes, null, "n", CancellationToken.None);

        var left = await cluster.Client.ListAsync(KubeResources.GpuNodes, null, CancellationToken.None);
        Assert.Equal(["other"], left.Items.Select(item => item.Metadata.Name));
    }

    [Fact]
    public async Task What_is_in_a_namespace_goes_with_it()
    {
        await cluster.CreateAsync(KubeResources.Namespaces, null, new JsonObject { ["metadata"] = new JsonObject { ["name"] = "team" } });
        await cluster.AddPodAsync("a", ns: "team");
        await cluster.AddPodAsync("b");

        await cluster.Client.DeleteAsync(KubeResources.Namespaces, null, "team", CancellationToken.None);

        var left = await cluster.Client.ListAsync(KubeResources.Pods, null, CancellationToken.None);
        Assert.Equal(["b"], left.Items.Select(item => item.Metadata.Name));
    }

    [Fact]
    public async Task Of_many_events_the_oldest_give_way()
    {
        for (var index = 0; index < 4100; index++)
        {
            cluster.Server.Seed("api/v1/namespaces/default/events", System.Text.Encoding.UTF8.GetBytes($$$"""{"metadata":{"name":"e{{{index:0000}}}"}}"""));
        }

        var left = await cluster.Client.ListAsync(KubeResources.Events, "default", CancellationToken.None);

        Assert.Equal(4000, left.Items.Length);
        Assert.Equal("e0100", left.Items[0].Metadata.Name);
    }

    [Fact]
    public async Task Writers_that_meet_lose_no_change()
    {
        var pod = await cluster.AddPodAsync("a");
        await Task.WhenAll(Enumerable.Range(0, 200).Select(index => Task.Run(() =>
            cluster.PatchAsync(pod, new JsonObject { ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { [$"k{index}"] = "v" } } }))));

        Assert.Equal(200, (await cluster.FindPodAsync("a"))!.Metadata.Annotations!.Count);
    }

    [Theory]
    [InlineData("GET", "api/v1/unknowns")]
    [InlineData("GET", "apis/nos.nebuly.com/v9/gpunodes")]
    [InlineData("GET", "api/v1/namespaces/default/nodes")]
    [InlineData("GET", "api/v1/namespaces/default/configmaps/a/status")]
    [InlineData("POST", "nothing/at/all")]
    public async Task There_is_nothing_under_an_unknown_path(string method, string path)
    {
        using var http = cluster.Server.CreateHttpClient("tester");
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(path, UriKind.Relative));
        using var response = await http.SendAsync(request);
        Assert.Equal(404, (int)response.StatusCode);
        Assert.Equal("Status", (string?)JsonNode.Parse(await response.Content.ReadAsStringAsync())!["kind"]);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("")]
    [InlineData("""{"kind":"Node"}""")]
    [InlineData("""{"metadata":{"name":7}}""")]
    [InlineData("""{"metadata":{"name":"a","namespace":"other"}}""")]
    public async Task A_body_that_is_no_such_object_is_refused(string body)
    {
        var refused = await Assert.ThrowsAsync<KubeApiException>(() =>
            cluster.Client.PostAsync("api/v1/namespaces/default/configmaps", System.Text.Encoding.UTF8.GetBytes(body), CancellationToken.None));
        Assert.Equal(400, (int)refused.Status);
    }
}
