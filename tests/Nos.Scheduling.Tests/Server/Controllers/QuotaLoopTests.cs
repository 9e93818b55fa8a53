using System.Text.Json.Nodes;
using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Tests.Agent;

namespace Nos.Scheduling.Tests.Server.Controllers;

public sealed class QuotaLoopTests : IAsyncDisposable, IAsyncLifetime
{
    private const string Gpu = """{"nvidia.com/gpu": 1}""";
    private const string Gpus64 = """{"nos.nebuly.com/gpu-memory": 64}""";
    private const string Gpus16 = """{"nos.nebuly.com/gpu-memory": 16}""";
    private readonly QuotaCluster cluster = new();

    public Task InitializeAsync() => Task.CompletedTask;

    Task IAsyncLifetime.DisposeAsync() => DisposeAsync().AsTask();

    public ValueTask DisposeAsync() => cluster.DisposeAsync();

    [Fact]
    public async Task A_new_leader_finds_everything_out_of_date_and_puts_it_right()
    {
        await cluster.AddNamespacesAsync("a", "b");
        await cluster.AddQuotaAsync("a/quota", Gpus16);
        await cluster.AddPodAsync("a/one", "Running", Gpu);
        await cluster.AddPodAsync("a/two", "Pending", Gpu);
        await cluster.AddPodAsync("b/left", "Running", Gpu);
        await LabelAsync("b/left", "over-quota");
        await cluster.Client.PatchAsync(KubeResources.Namespaces, null, "b", Json("""{"metadata": {"labels": {"nos.nebuly.com/quota": "on"}}}"""), default);

        await cluster.LeadAsync();

        await cluster.SaysAsync("a/quota", "used gpumem=16; assigned gpumem=32; borrowed gpumem=16");
        await cluster.IsAsync("a/quota", "InForce");
        await cluster.LabelledAsync("in-quota over-quota -", "a/one", "a/two", "b/left");
        await cluster.MarkedAsync("a");
    }

    [Fact]
    public async Task Labels_follow_and_go_with_the_quota()
    {
        await LeadAsync("a", "b");
        await cluster.AddPodAsync("a/one", "Running", Gpu);
        await cluster.AddPodAsync("b/one", "Running", Gpu);
        await cluster.AddQuotaAsync("a/quota", Gpus16);
        await cluster.LabelledAsync("in-quota -", "a/one", "b/one");
        await cluster.MarkedAsync("a");

        await LabelAsync("a/one", "over-quota");
        await cluster.LabelledAsync("in-quota", "a/one");

        await cluster.AddCompositeAsync("b/several", ["b"], Gpus16);
        await cluster.LabelledAsync("in-quota in-quota", "a/one", "b/one");
        await cluster.MarkedAsync("a", "b");

        await cluster.Client.DeleteAsync(KubeResources.ElasticQuotas, "a", "quota", default);
        await cluster.LabelledAsync("- in-quota", "a/one", "b/one");
        await cluster.MarkedAsync("b");

        await cluster.Client.PatchAsync(KubeResources.CompositeElasticQuotas, "b", "several", Json("""{"spec": {"namespaces": ["a"]}}"""), default);
        await cluster.LabelledAsync("in-quota -", "a/one", "b/one");
        await cluster.MarkedAsync("a");
    }

    [Fact]
    public async Task A_quota_over_an_excluded_namespace_marks_it_too()
    {
        await LeadAsync();

        await cluster.AddQuotaAsync("kube-system/quota", Gpus16);

        await cluster.MarkedAsync("kube-system");
    }

    [Fact]
    public async Task An_ElasticQuota_that_is_younger_than_its_composite_stays_and_says_so_until_that_goes()
    {
        await LeadAsync("a", "b");
        await cluster.AddCompositeAsync("b/several", ["a"], Gpus16);
        cluster.Clock.Advance(1);
        await cluster.AddPodAsync("a/one", "Running", Gpu);
        await cluster.AddQuotaAsync("a/quota", Gpus64);

        await cluster.IsAsync("a/quota", "NamespaceConflict");
        await cluster.SaysAsync("a/quota", "used gpumem=0; assigned gpumem=0; borrowed");
        await cluster.SaysAsync("b/several", "used gpumem=16; assigned gpumem=16; borrowed", isComposite: true);

        await cluster.Client.DeleteAsync(KubeResources.CompositeElasticQuotas, "b", "several", default);
        await cluster.IsAsync("a/quota", "InForce");
        await cluster.SaysAsync("a/quota", "used gpumem=16; assigned gpumem=16; borrowed");
        await cluster.MarkedAsync("a");
    }

    [Fact]
    public async Task An_ElasticQuota_says_so_too_when_a_composite_is_extended_over_it()
    {
        await LeadAsync("a", "b");
        await cluster.AddCompositeAsync("b/several", ["b"], Gpus16);
        cluster.Clock.Advance(1);
        await cluster.AddQuotaAsync("a/quota", Gpus64);
        await cluster.IsAsync("a/quota", "InForce");

        // Nothing else draws attention to it any more.
        await Task.Delay(1200);
        await cluster.Client.PatchAsync(KubeResources.CompositeElasticQuotas, "b", "several", Json("""{"spec": {"namespaces": ["b", "a"]}}"""), default);

        await cluster.IsAsync("a/quota", "NamespaceConflict");
    }

    [Fact]
    public async Task A_composite_says_when_a_namespace_is_missing_and_when_it_has_come()
    {
        await LeadAsync("a");
        await cluster.AddCompositeAsync("a/several", ["a", "later"], Gpus16);
        await ReasonAsync("NamespaceMissing");

        await cluster.AddNamespacesAsync("later");
        await ReasonAsync("InForce");
        await cluster.MarkedAsync("a", "later");

        Task ReasonAsync(string reason) => Eventually.Async(async () =>
            (await cluster.Client.FindAsync(KubeResources.CompositeElasticQuotas, "a", "several", default))?.Status?.Conditions.SingleOrDefault()?.Reason is var said && said == reason ? "" : $"{said}");
    }

    [Fact]
    public async Task Nothing_is_deleted_before_it_was_told()
    {
        await LeadAsync("a", "b");
        await cluster.AddQuotaAsync("a/quota", Gpus16);
        await cluster.AddQuotaAsync("b/quota", Gpus16);
        cluster.Refuses = call => call.Kind.Plural == "events" && call.Namespace == "a";
        cluster.Clock.Advance(1);
        await cluster.AddCompositeAsync("b/several", ["a", "b"], Gpus64);

        await Eventually.Async(async () => await cluster.QuotaAsync("b/quota") is null && cluster.Loop.Errors.Failures > 1 ? "" : "still there");
        await cluster.IsAsync("a/quota", "NamespaceConflict");

        cluster.Refuses = _ => false;
        await Eventually.Async(async () => await cluster.QuotaAsync("a/quota") is null ? "" : "still there");
        var told = (await cluster.Client.ListAsync(KubeResources.Events, null, default)).Items.Select(item => $"{item.Reason} {item.InvolvedObject.Kind} {item.Metadata.Namespace}");
        Assert.Equal(
            ["Replaced CompositeElasticQuota b", "Replaced CompositeElasticQuota b", "Replaced ElasticQuota a", "Replaced ElasticQuota b"], told.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_pod_that_cannot_be_labelled_stops_nothing_and_is_tried_again()
    {
        await LeadAsync("a");
        cluster.Refuses = call => call is { Kind.Plural: "pods", Operation: "UPDATE", Name: "bad" };
        await cluster.AddPodAsync("a/bad", "Pending", Gpu);
        await cluster.AddPodAsync("a/good", "Pending", Gpu);
        await cluster.AddQuotaAsync("a/quota", Gpus16);

        await cluster.LabelledAsync("- over-quota", "a/bad", "a/good");
        await cluster.SaysAsync("a/quota", "used gpumem=0; assigned gpumem=32; borrowed gpumem=16");
        await Eventually.Async(() => cluster.Loop.Errors.Failures > 1);

        cluster.Refuses = _ => false;
        await cluster.LabelledAsync("in-quota over-quota", "a/bad", "a/good");
    }

    [Fact]
    public async Task Once_all_is_said_nothing_is_written_any_more()
    {
        await LeadAsync("a");
        await cluster.AddQuotaAsync("a/quota", """{"cpu": "1500m", "memory": "1Gi"}""", """{"memory": 2000000000}""");
        await cluster.AddPodAsync("a/one", "Running", """{"cpu": 2, "memory": "1.5Gi"}""");
        await cluster.SaysAsync("a/quota", "used cpu=2 memory=1536Mi; assigned cpu=2 memory=1536Mi; borrowed cpu=500m memory=512Mi");
        await cluster.LabelledAsync("over-quota", "a/one");
        await Task.Delay(1200);
        var before = (await cluster.QuotaAsync("a/quota"))!.Metadata.ResourceVersion;

        cluster.Loop.LookAtAll();
        await Task.Delay(1200);

        Assert.Equal(before, (await cluster.QuotaAsync("a/quota"))!.Metadata.ResourceVersion);
        Assert.Equal(0, cluster.Loop.Errors.Failures);
    }

    [Fact]
    public async Task A_status_that_somebody_else_writes_is_put_right()
    {
        await LeadAsync("a");
        await cluster.AddQuotaAsync("a/quota", Gpus16);
        await cluster.SaysAsync("a/quota", "used gpumem=0; assigned gpumem=0; borrowed");

        await cluster.Client.PatchAsync(KubeResources.ElasticQuotas, "a", "quota", Json("""{"status": {"used": {"cpu": "1"}, "borrowed": {"x": "1"}}}"""), default, "status");

        await cluster.SaysAsync("a/quota", "used gpumem=0; assigned gpumem=0; borrowed");
    }

    private static JsonNode Json(string text) => JsonNode.Parse(text)!;

    private async Task LeadAsync(params string[] namespaces)
    {
        await cluster.AddNamespacesAsync(namespaces);
        await cluster.LeadAsync();
    }

    private async Task LabelAsync(string place, string label)
    {
        var labels = new JsonObject { ["nos.nebuly.com/capacity"] = label };
        var patch = new JsonObject { ["metadata"] = new JsonObject { ["labels"] = labels } };
        await cluster.Client.PatchAsync(KubeResources.Pods, place.Split('/')[0], place.Split('/')[1], patch, default);
    }
}
