using System.Text.Json.Nodes;
using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Fitting;
using Nos.Scheduling.Server.Extender;
using Nos.Scheduling.Tests.Cluster.Binding;
using Nos.Scheduling.Tests.Cluster.State;

namespace Nos.Scheduling.Tests.Server.Extender;

public sealed class QuotaFilterTests : IDisposable
{
    private readonly BindingCluster cluster = new("n1");

    public void Dispose() => cluster.Dispose();

    [Fact]
    public async Task A_quota_that_would_pass_its_max_refuses_on_every_node_in_both_maps()
    {
        Quota("nos.nebuly.com/gpu-memory=10", "nos.nebuly.com/gpu-memory=15");
        Bound("there");

        var reply = await FilterAsync("nvidia.com/mig-1g.10gb", """["n1","n2"]""");

        Assert.Equal(
            """{"Nodes":null,"NodeNames":[],"FailedNodes":{"n1":"QuotaMaxExceeded","n2":"QuotaMaxExceeded"},"FailedAndUnresolvableNodes":{"n1":"QuotaMaxExceeded","n2":"QuotaMaxExceeded"},"Error":""}""",
            reply.ToJsonString());
    }

    [Fact]
    public async Task A_quota_without_anything_to_borrow_refuses_so_that_eviction_may_help()
    {
        Quota("nos.nebuly.com/gpu-memory=10");
        Bound("there");

        var reply = await FilterAsync("nvidia.com/mig-1g.10gb", """["n1","n2"]""");

        Assert.Equal("""{"n1":"NothingToBorrow","n2":"NothingToBorrow"}""", reply["FailedNodes"]!.ToJsonString());
        Assert.Equal("{}", reply["FailedAndUnresolvableNodes"]!.ToJsonString());
    }

    [Theory]
    [InlineData("cpu=1", "cpu", "QuotaMaxExceeded")]
    [InlineData("pods=1", "cpu", "QuotaMaxExceeded")]
    [InlineData("memory=0", "cpu", null)]
    [InlineData("nvidia.com/gpu=0", "cpu", null)]
    public async Task A_pod_without_slices_is_judged_too_by_what_it_asks_for_alone(string max, string asked, string? reason)
    {
        Quota("", max);
        Bound("there", ("cpu", 1));

        var reply = await FilterAsync(asked);

        Assert.Equal(reason, (string?)reply["FailedNodes"]!["n1"]);
    }

    [Fact]
    public async Task A_pod_without_quota_is_not_judged()
    {
        Quota("nos.nebuly.com/gpu-memory=0", "nos.nebuly.com/gpu-memory=0", "elsewhere");

        Assert.Equal("""["n1"]""", (await FilterAsync("nvidia.com/mig-1g.10gb"))["NodeNames"]!.ToJsonString());
    }

    [Fact]
    public async Task Bind_judges_again_and_says_the_reason()
    {
        var pod = cluster.AddPod("p");
        Quota("", "nos.nebuly.com/gpu-memory=5");

        var outcome = await cluster.BindAsync(pod, "n1");

        Assert.Equal(("QuotaMaxExceeded", Misfit.QuotaMaxExceeded), (outcome.Error, outcome.Misfit));
        Assert.Empty(cluster.Bindings);
    }

    [Fact]
    public async Task A_pod_without_slices_that_was_bound_counts_before_anybody_has_told_of_it()
    {
        Quota("", "cpu=1");
        cluster.Seed("api/v1/namespaces/team/pods", WithRequests(Facts.Pod("first", asks: [("cpu", 1)])));
        cluster.Seed("api/v1/namespaces/team/pods", WithRequests(Facts.Pod("second", asks: [("cpu", 1)])));
        var (first, second) = (cluster.Hear("first"), cluster.Hear("second"));

        Assert.Null((await cluster.BindAsync(first, "n1")).Error);

        Assert.Equal("QuotaMaxExceeded", (await cluster.BindAsync(second, "n1")).Error);
        Assert.Equal("n1", cluster.NodeOf("first"));
        Assert.Null(cluster.NodeOf("second"));
    }

    private void Quota(string min, string max = "", string space = "team") =>
        cluster.State.Apply(new InformerEvent<ElasticQuotaDocument>(false, [Cluster.Quotas.Quotas.OfOne($"{space}/q", min, max)], []));

    private void Bound(string name, params (string Resource, int Count)[] asks) => cluster.State.Apply(new InformerEvent<PodDocument>(
        false, [WithRequests(Facts.Pod(name, "n1", null, "Running", asks.Length == 0 ? [("nvidia.com/mig-1g.10gb", 1)] : asks))], []));

    /// <summary>As the API server's defaulting does.</summary>
    private static PodDocument WithRequests(PodDocument pod)
    {
        var container = pod.Spec.Containers[0];
        return pod with { Spec = pod.Spec with { Containers = [container with { Resources = container.Resources! with { Requests = container.Resources.Limits } }] } };
    }

    private async Task<JsonNode> FilterAsync(string resource, string nodes = """["n1"]""")
    {
        var extender = new ExtenderEndpoints(
            cluster.State, new AssumedPlaces(cluster.Clock), new OfferedNodes(), PlacementPolicy.Fragmentation, () => Terms.Of(cluster, _ => { }));
        var amounts = $"{{\"{resource}\":\"1\"}}";
        var asked = """{"Pod":{"metadata":{"name":"new","namespace":"team","uid":"new"},"spec":{"containers":[{"name":"c","resources":{"limits":AMOUNTS,"requests":AMOUNTS}}]}},"Nodes":null,"NodeNames":NODES}"""
            .Replace("AMOUNTS", amounts, StringComparison.Ordinal)
            .Replace("NODES", nodes, StringComparison.Ordinal);
        var answer = await ExtenderCall.AskAsync(extender.FilterAsync, asked);
        Assert.Equal("ok", answer.Result);
        return JsonNode.Parse(answer.Body)!;
    }
}
