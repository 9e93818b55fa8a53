using System.Text.Json;
using System.Text.Json.Nodes;
using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Cluster.Reclaiming;
using Nos.Scheduling.Fitting;
using Nos.Scheduling.Server.Extender;
using Nos.Scheduling.Tests.Cluster.Binding;
using Nos.Scheduling.Tests.Cluster.State;

namespace Nos.Scheduling.Tests.Server.Extender;

/// <summary>The preempt verb on the wire: whole pods or uids, with victims or, as newer schedulers send them, without.</summary>
public sealed class PreemptTests : IDisposable
{
    private const string High = """{"metadata":{"name":"high","namespace":"owner","uid":"high"},"spec":{"priority":1000,"containers":[{"name":"c","resources":{"limits":{"nvidia.com/mig-7g.80gb":"1"},"requests":{"nvidia.com/mig-7g.80gb":"1"}}}]}}""";
    private readonly BindingCluster cluster = new("n1");

    public PreemptTests() => Use("low");

    public void Dispose() => cluster.Dispose();

    [Fact]
    public async Task Without_quotas_a_pod_of_lower_priority_is_a_victim_however_the_scheduler_says_so()
    {
        const string kept = """{"NodeNameToMetaVictims":{"n1":{"Pods":[{"UID":"uid-low"}],"NumPDBViolations":0}}}""";

        Assert.Equal(kept, await AskAsync(""" "NodeNameToMetaVictims":{"n1":{"Pods":[{"UID":"uid-low"}],"NumPDBViolations":0}} """));
        Assert.Equal(kept, await AskAsync(""" "NodeNameToVictims":{"n1":{"Pods":[{"metadata":{"name":"low","namespace":"team","uid":"uid-low"}}],"NumPDBViolations":0}} """));
        Assert.Equal(kept, await AskAsync(""" "NodeNameToMetaVictims":{"n1":{"Pods":[],"NumPDBViolations":0}} """));
        Assert.Equal(kept, await AskAsync(""" "NodeNameToMetaVictims":{"n1":null} """));
    }

    [Theory]
    [InlineData("""{"n1":{"Pods":[{"UID":"uid-low"}],"NumPDBViolations":0}}""")]
    [InlineData("""{"n1":{"Pods":[],"NumPDBViolations":0}}""")]
    [InlineData("""{"n1":{"Pods":[{"UID":"nobody"}],"NumPDBViolations":0}}""")]
    [InlineData("{}")]
    public async Task A_node_is_left_out_where_a_quota_guarantees_the_victim_what_it_has(string candidates)
    {
        Quotas("nos.nebuly.com/gpu-memory=80");

        Assert.Equal("""{"NodeNameToMetaVictims":{}}""", await AskAsync($""" "NodeNameToMetaVictims":{candidates} """));
    }

    [Fact]
    public async Task A_node_is_left_out_where_the_victim_would_have_to_be_a_pod_of_no_quota()
    {
        Quotas("", isVictimUnder: false);

        Assert.Equal("""{"NodeNameToMetaVictims":{}}""", await AskAsync(""" "NodeNameToMetaVictims":{"n1":{"Pods":[{"UID":"uid-low"}],"NumPDBViolations":0}} """));
    }

    [Fact]
    public async Task A_pod_that_others_make_way_for_already_is_not_served_once_more()
    {
        cluster.State.Apply(new InformerEvent<PodDocument>(false, [JsonSerializer.Deserialize(High, KubeJson.Default.PodDocument)!], []));
        cluster.State.SetClaim("high", new ReclaimClaim("n9", "", [], cluster.Clock.GetUtcNow(), cluster.Clock.GetUtcNow().AddMinutes(1), 0));

        Assert.Equal("""{"NodeNameToMetaVictims":{}}""", await AskAsync(""" "NodeNameToMetaVictims":{"n1":{"Pods":[{"UID":"uid-low"}],"NumPDBViolations":0}} """));
    }

    [Fact]
    public async Task What_a_quota_has_borrowed_may_go()
    {
        Quotas("nos.nebuly.com/gpu-memory=0");

        Assert.Equal("""{"NodeNameToMetaVictims":{"n1":{"Pods":[{"UID":"uid-low"}],"NumPDBViolations":0}}}""", await AskAsync(""" "NodeNameToMetaVictims":{"n1":{"Pods":[],"NumPDBViolations":0}} """));
    }

    [Fact]
    public async Task Budgets_that_cannot_be_read_hold_no_answer_up()
    {
        cluster.Refuses = asked => asked.Contains("poddisruptionbudgets", StringComparison.Ordinal) || asked.EndsWith("/policy/v1", StringComparison.Ordinal) ? System.Net.HttpStatusCode.InternalServerError : null;

        Assert.Contains("uid-low", await AskAsync(""" "NodeNameToMetaVictims":{"n1":{"Pods":[],"NumPDBViolations":0}} """), StringComparison.Ordinal);
    }

    private void Quotas(string ofVictim, bool isVictimUnder = true) => cluster.State.Apply(new InformerEvent<ElasticQuotaDocument>(
        true,
        [
            Cluster.Quotas.Quotas.OfOne("owner/q", "nos.nebuly.com/gpu-memory=80"),
            .. isVictimUnder ? [Cluster.Quotas.Quotas.OfOne("team/q", ofVictim)] : Array.Empty<ElasticQuotaDocument>(),
        ],
        []));

    private void Use(string pod)
    {
        cluster.State.Apply(new InformerEvent<PodDocument>(false, [Facts.Pod(pod, "n1", null, "Running", ("nvidia.com/mig-1g.10gb", 1))], []));
        var reported = Facts.GpuNode(["0/1g.10gb@0"], [$"0/1g.10gb@0=Used:{pod}"], "n1", gpus: 1, generation: 2);
        cluster.State.Apply(reported with { Metadata = reported.Metadata with { ResourceVersion = "1000000" } });
    }

    private async Task<string> AskAsync(string candidates)
    {
        var extender = new ExtenderEndpoints(cluster.State, new AssumedPlaces(cluster.Clock), new OfferedNodes(), PlacementPolicy.Fragmentation, () => Terms.Of(cluster));
        var answer = await ExtenderCall.AskAsync(extender.PreemptAsync, $$"""{"Pod":{{High}},{{candidates}}}""");
        Assert.Equal("ok", answer.Result);
        return JsonNode.Parse(answer.Body)!.ToJsonString();
    }
}
