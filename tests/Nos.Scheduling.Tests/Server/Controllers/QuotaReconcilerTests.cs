using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Cluster.Quotas;
using Nos.Scheduling.Cluster.State;
using Nos.Scheduling.Quotas;
using Nos.Scheduling.Server.Controllers;
using Nos.Scheduling.Tests.Cluster.InMemory;

namespace Nos.Scheduling.Tests.Server.Controllers;

/// <summary>A leader whose caches are behind the API server.</summary>
public sealed class QuotaReconcilerTests : IDisposable
{
    private static readonly QuotaKey Key = new("default", "quota", IsComposite: false);
    private readonly TestCluster cluster = new();
    private readonly ClusterState state = new(TimeProvider.System);
    private readonly HeardQuotas heard = new();
    private readonly QuotaReconciler reconciler;

    public QuotaReconcilerTests() => reconciler = new QuotaReconciler(cluster.Client, state, heard, TimeProvider.System, NullLogger.Instance);

    public void Dispose() => cluster.Dispose();

    [Fact]
    public async Task A_pod_that_is_gone_is_no_failure()
    {
        await QuotaAsync();
        Hear(await BoundAsync("gone"), await BoundAsync("here"));
        await RemoveAsync("gone");

        await reconciler.ReconcileAsync(Key, default);

        Assert.Equal("in-quota", await LabelAsync("here"));
    }

    [Fact]
    public async Task Another_pod_of_the_same_name_is_not_labelled_in_place_of_the_one_that_is_gone()
    {
        await QuotaAsync();
        var pod = await BoundAsync("again");
        Hear(pod, await BoundAsync("here"));
        await RemoveAsync("again");
        await BoundAsync("again");

        await Assert.ThrowsAsync<KubeApiException>(() => reconciler.ReconcileAsync(Key, default));

        Assert.Null(await LabelAsync("again"));
        Assert.Equal("in-quota", await LabelAsync("here"));
        state.Apply(new InformerEvent<PodDocument>(false, [], [pod]));
        await reconciler.ReconcileAsync(Key, default);
    }

    [Fact]
    public async Task A_quota_that_is_gone_is_no_failure_whether_the_cache_knows_or_not()
    {
        await reconciler.ReconcileAsync(Key, default);

        await QuotaAsync();
        await cluster.Client.DeleteAsync(KubeResources.ElasticQuotas, "default", "quota", default);
        await reconciler.ReconcileAsync(Key, default);
    }

    [Fact]
    public async Task An_ElasticQuota_made_anew_meanwhile_is_not_deleted_in_place_of_the_old_one()
    {
        await QuotaAsync();
        await cluster.Client.DeleteAsync(KubeResources.ElasticQuotas, "default", "quota", default);
        var other = await cluster.CreateAsync(KubeResources.ElasticQuotas, "default", Quota());
        var composite = await cluster.CreateAsync(KubeResources.CompositeElasticQuotas, "default", Quota("default"));
        state.Apply(new InformerEvent<CompositeElasticQuotaDocument>(false, [composite], []));
        heard.Apply(new InformerEvent<CompositeElasticQuotaDocument>(false, [composite], []));

        await reconciler.ReconcileAsync(Key with { IsComposite = true }, default);

        Assert.Equal(other.Metadata.Uid, (await cluster.Client.FindAsync(KubeResources.ElasticQuotas, "default", "quota", default))?.Metadata.Uid);
    }

    private static JsonObject Quota(params string[] namespaces)
    {
        var spec = new JsonObject { ["min"] = new JsonObject { ["cpu"] = 1 } };
        if (namespaces.Length > 0)
        {
            spec["namespaces"] = new JsonArray([.. namespaces.Select(ns => JsonValue.Create(ns))]);
        }

        return new JsonObject { ["metadata"] = new JsonObject { ["name"] = "quota" }, ["spec"] = spec };
    }

    private async Task QuotaAsync()
    {
        var quota = await cluster.CreateAsync(KubeResources.ElasticQuotas, "default", Quota());
        state.Apply(new InformerEvent<ElasticQuotaDocument>(false, [quota], []));
        heard.Apply(new InformerEvent<ElasticQuotaDocument>(false, [quota], []));
    }

    private async Task<PodDocument> BoundAsync(string name)
    {
        await cluster.BindAsync(await cluster.AddPodAsync(name), "n1");
        return (await cluster.FindPodAsync(name))!;
    }

    private Task RemoveAsync(string name) => cluster.Client.DeleteAsync(KubeResources.Pods, "default", name, default, gracePeriodSeconds: 0);

    private async Task<string?> LabelAsync(string name) => (await cluster.FindPodAsync(name))!.Metadata.Label(NosKeys.Capacity);

    private void Hear(params PodDocument[] pods) => state.Apply(new InformerEvent<PodDocument>(false, pods, []));
}
