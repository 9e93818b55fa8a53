using System.Text.Json.Nodes;
using Nos.Scheduling.ClusterTests.Harness;
using static Nos.Scheduling.ClusterTests.Quotas.QuotaPlane;

namespace Nos.Scheduling.ClusterTests.Quotas;

/// <summary>What the leader shows of quotas, and does for them, with no more than its own rights.</summary>
[Collection(QuotasCollection.Name)]
public sealed class QuotaStatusTests(QuotaPlane quotas) : IAsyncLifetime
{
    private const string Capacity = "nos.nebuly.com/capacity";
    private TestScope _scope = null!;

    private TestApi Admin => quotas.Nos.Plane.Admin;

    private string A => $"{_scope.Prefix}-a";

    private string B => $"{_scope.Prefix}-b";

    public async Task InitializeAsync()
    {
        _scope = await quotas.Nos.Plane.Scope("shown");
        await _scope.AddNamespace(A);
        await _scope.AddNamespace(B);
    }

    public Task DisposeAsync() => _scope.DisposeAsync().AsTask();

    [Fact]
    public async Task Status_and_labels_follow_pods_and_quota_and_go_with_it()
    {
        await Bound(A, "before", "1");
        await Admin.Create(ApiPaths.ElasticQuotas(A), OfOne("quota", """{"min": {"cpu": 2, "nos.nebuly.com/gpu-memory": 10}, "max": {"memory": "8Gi"}}"""));
        await quotas.Kubectl("wait", "--for=condition=Ready", "elasticquota/quota", "-n", A, "--timeout=60s");
        await Labelled(A, ("before", "in-quota"));
        await Admin.Eventually(ApiPaths.Namespace(A), "it is under a quota", ns => ns.Text("metadata", "labels", "nos.nebuly.com/quota") == "on");

        await Bound(A, "second", "500m", memory: "1536Mi");
        await Bound(A, "third", "1");
        await Run(A, "second");
        await Labelled(A, ("before", "in-quota"), ("second", "in-quota"), ("third", "over-quota"));
        await Says(
            ApiPaths.ElasticQuotas(A),
            """{"assigned":{"cpu":"2500m","memory":"1536Mi","nos.nebuly.com/gpu-memory":"0"},"borrowed":{"cpu":"500m"},"used":{"cpu":"500m","memory":"1536Mi","nos.nebuly.com/gpu-memory":"0"}}""");

        await Admin.Delete(ApiPaths.Pod(A, "before"));
        await Labelled(A, ("second", "in-quota"), ("third", "in-quota"));
        await Says(
            ApiPaths.ElasticQuotas(A),
            """{"assigned":{"cpu":"1500m","memory":"1536Mi","nos.nebuly.com/gpu-memory":"0"},"borrowed":{},"used":{"cpu":"500m","memory":"1536Mi","nos.nebuly.com/gpu-memory":"0"}}""");

        await Admin.Delete($"{ApiPaths.ElasticQuotas(A)}/quota");
        await Labelled(A, ("second", null), ("third", null));
        await Admin.Eventually(ApiPaths.Namespace(A), "it is under no quota", ns => ns.Text("metadata", "labels", "nos.nebuly.com/quota") is null);
    }

    [Fact]
    public async Task A_composite_replaces_older_quotas_and_tells_both()
    {
        await Admin.Create(ApiPaths.ElasticQuotas(A), OfOne("quota"));
        await Bound(A, "one", "1");
        await Bound(B, "two", "1");

        await Admin.Create(ApiPaths.CompositeElasticQuotas(_scope.Namespace), OfSeveral("all", A, B));

        await Polling.Until("the ElasticQuota is gone", async () => await Admin.Find($"{ApiPaths.ElasticQuotas(A)}/quota") is null);
        await Labelled(A, ("one", "in-quota"));
        await Labelled(B, ("two", "over-quota"));
        var told = (await Admin.List(ApiPaths.Events(A))).Concat(await Admin.List(ApiPaths.Events(_scope.Namespace)))
            .Where(item => item.Text("reason") == "Replaced");
        Assert.Equal(["ElasticQuota quota", "CompositeElasticQuota all"], told.Select(item => $"{item.Text("involvedObject", "kind")} {item.Text("involvedObject", "name")}"));
    }

    [Fact]
    public async Task A_younger_quota_stays_and_says_who_rules()
    {
        await Admin.Create(ApiPaths.CompositeElasticQuotas(_scope.Namespace), OfSeveral("all", B));
        await Task.Delay(1100);
        await Admin.Create(ApiPaths.ElasticQuotas(A), OfOne("quota"));

        var over = new JsonObject { ["spec"] = new JsonObject { ["namespaces"] = new JsonArray(A, B) } };
        await Admin.MergePatch($"{ApiPaths.CompositeElasticQuotas(_scope.Namespace)}/all", over);

        var found = await Admin.Eventually($"{ApiPaths.ElasticQuotas(A)}/quota", "it says who rules", quota => Condition(quota).Text("reason") == "NamespaceConflict");
        Assert.Equal($"Namespace {A} is under CompositeElasticQuota {_scope.Namespace}/all, and not counted here.", Condition(found).Text("message"));
        Assert.Equal("1", Condition(found).Text("observedGeneration"));

        await Admin.Delete($"{ApiPaths.CompositeElasticQuotas(_scope.Namespace)}/all");
        await quotas.Kubectl("wait", "--for=condition=Ready", "elasticquota/quota", "-n", A, "--timeout=60s");
    }

    private static JsonObject? Condition(JsonObject quota) => (quota.At("status", "conditions") as JsonArray)?.OfType<JsonObject>().FirstOrDefault(item => item.Text("type") == "Ready");

    private Task<JsonObject> Bound(string ns, string name, string cpu, string? memory = null)
    {
        var pod = TestPod.Named(name).Asking("cpu", cpu).BoundTo("nowhere");
        return _scope.Add(memory is null ? pod : pod.Asking("memory", memory), ns);
    }

    private Task<JsonObject> Run(string ns, string pod) =>
        Admin.MergePatch(ApiPaths.Pod(ns, pod) + "/status", JsonNode.Parse("""{"status": {"phase": "Running"}}""")!.AsObject());

    private async Task Labelled(string ns, params (string Pod, string? Label)[] pods)
    {
        foreach (var (pod, label) in pods)
        {
            await Admin.Eventually(ApiPaths.Pod(ns, pod), $"pod {pod} is {label ?? "outside quotas"}", found => found.Text("metadata", "labels", Capacity) == label);
        }
    }

    private Task<JsonObject> Says(string collection, string amounts) => Admin.Eventually($"{collection}/quota", "its status is right", quota =>
    {
        var status = quota["status"]?.DeepClone() as JsonObject ?? [];
        status.Remove("conditions");
        return JsonNode.DeepEquals(status, JsonNode.Parse(amounts));
    });
}
