using System.Net;
using System.Text.Json.Nodes;
using Nos.Scheduling.ClusterTests.Harness;
using static Nos.Scheduling.ClusterTests.Quotas.QuotaPlane;

namespace Nos.Scheduling.ClusterTests.Quotas;

/// <summary>The webhook, asked by a real API server.</summary>
[Collection(QuotasCollection.Name)]
public sealed class QuotaAdmissionTests(QuotaPlane quotas) : IAsyncLifetime
{
    private TestScope _scope = null!;

    private TestApi Admin => quotas.Nos.Plane.Admin;

    private string A => $"{_scope.Prefix}-a";

    private string B => $"{_scope.Prefix}-b";

    public async Task InitializeAsync()
    {
        _scope = await quotas.Nos.Plane.Scope("judged");
        await _scope.AddNamespace(A);
        await _scope.AddNamespace(B);
    }

    public Task DisposeAsync() => _scope.DisposeAsync().AsTask();

    [Fact]
    public async Task Kubectl_prints_why_a_quota_is_refused_and_what_to_write_instead()
    {
        var (exitCode, _, tail) = await quotas.Apply(
            $"""
            apiVersion: nos.nebuly.com/v1alpha1
            kind: ElasticQuota
            metadata:
              name: quota
              namespace: {A}
            spec:
              min:
                cpu: 4
              max:
                cpu: 2
            """);

        Assert.Equal(1, exitCode);
        Assert.Contains("spec.max: cpu is 2, less than the 4 of spec.min; write at least 4, or leave cpu out of spec.max for no limit.", tail, StringComparison.Ordinal);
        Assert.Null(await Admin.Find($"{ApiPaths.ElasticQuotas(A)}/quota"));
    }

    [Fact]
    public async Task An_update_is_judged_as_a_creation_is()
    {
        await Admin.Create(ApiPaths.ElasticQuotas(A), OfOne("quota", """{"min": {"cpu": 1}, "max": {"cpu": 2}}"""));

        await Refused("spec.min: memory is -1Gi", () => Patch(ApiPaths.ElasticQuotas(A), """{"spec": {"min": {"memory": "-1Gi"}}}"""));
        await Patch(ApiPaths.ElasticQuotas(A), """{"spec": {"min": {"memory": "1Gi"}}}""");
        await Patch(ApiPaths.ElasticQuotas(A), """{"metadata": {"labels": {"a": "b"}}}""");
    }

    [Fact]
    public async Task A_namespace_has_one_quota_and_another_at_once_after_that_is_deleted()
    {
        for (var round = 0; round < 5; round++)
        {
            await Admin.Create(ApiPaths.ElasticQuotas(A), OfOne("first"));
            await Refused("has the ElasticQuota first already", () => Admin.Create(ApiPaths.ElasticQuotas(A), OfOne("second")));
            await Admin.Delete($"{ApiPaths.ElasticQuotas(A)}/first");
        }
    }

    [Fact]
    public async Task A_namespace_under_a_composite_takes_no_other_quota()
    {
        await Admin.Create(ApiPaths.CompositeElasticQuotas(_scope.Namespace), OfSeveral("quota", A, B));

        await Refused($"is under the CompositeElasticQuota {_scope.Namespace}/quota already", () => Admin.Create(ApiPaths.ElasticQuotas(A), OfOne("quota")));
        await Refused($"is under the CompositeElasticQuota {_scope.Namespace}/quota already", () => Admin.Create(ApiPaths.CompositeElasticQuotas(A), OfSeveral("quota", B)));
        await Patch(ApiPaths.CompositeElasticQuotas(_scope.Namespace), new JsonObject { ["spec"] = new JsonObject { ["namespaces"] = new JsonArray(B) } }.ToJsonString());
        await Admin.Create(ApiPaths.ElasticQuotas(A), OfOne("quota"));
    }

    [Fact]
    public async Task A_composite_replaces_quotas_only_for_who_may_delete_them()
    {
        await Admin.Create(ApiPaths.ElasticQuotas(A), OfOne("quota"));
        await Admin.Create(ApiPaths.ElasticQuotas(B), OfOne("quota"));
        var jane = $"jane-{_scope.Prefix}";
        await Grant(jane, _scope.Namespace, "compositeelasticquotas", "create");
        await Grant(jane, A, "elasticquotas", "delete");
        using var author = quotas.Nos.Plane.ApiAs(jane);

        var refused = await Assert.ThrowsAsync<ApiRefusedException>(() => author.Create(ApiPaths.CompositeElasticQuotas(_scope.Namespace), OfSeveral("quota", A, B)));
        Assert.Equal(HttpStatusCode.Forbidden, refused.Status);
        Assert.Contains($"Namespace {B} has the ElasticQuota quota, which this composite would replace, and {jane} may not delete it", refused.Message, StringComparison.Ordinal);

        await Grant(jane, B, "elasticquotas", "delete");
        await Polling.Until("the right is known", async () =>
        {
            try
            {
                await author.Create(ApiPaths.CompositeElasticQuotas(_scope.Namespace), OfSeveral("quota", A, B));
                return true;
            }
            catch (ApiRefusedException)
            {
                return false;
            }
        });
    }

    [Fact]
    public async Task Without_the_webhook_no_quota_is_written_and_its_status_is_all_the_same()
    {
        await Admin.Create(ApiPaths.ElasticQuotas(A), OfOne("quota"));
        var path = $"{ApiPaths.ValidatingWebhooks}/nos";
        var url = (await Admin.Get(path)).Text("webhooks", "0", "clientConfig", "url")!;
        await PointAt("https://127.0.0.1:1/admission/quotas/validate");
        try
        {
            await Polling.Until("the API server asks in vain", async () =>
            {
                try
                {
                    await Patch(ApiPaths.ElasticQuotas(A), """{"spec": {"min": {"cpu": 3}}}""");
                    await Patch(ApiPaths.ElasticQuotas(A), """{"spec": {"min": {"cpu": 1}}}""");
                    return false;
                }
                catch (ApiRefusedException refused)
                {
                    return refused.Message.Contains("quotas.nos.nebuly.com", StringComparison.Ordinal);
                }
            });
            await Admin.MergePatch($"{ApiPaths.ElasticQuotas(A)}/quota/status", JsonNode.Parse("""{"status": {"used": {"cpu": "1"}}}""")!.AsObject());
            await _scope.Add(TestPod.Named("pod").By("nobody"));
        }
        finally
        {
            await PointAt(url);
            await Polling.Until("the API server asks us again", async () =>
            {
                try
                {
                    await Patch(ApiPaths.ElasticQuotas(A), """{"spec": {"min": {"cpu": 4}}}""");
                    return true;
                }
                catch (ApiRefusedException)
                {
                    return false;
                }
            });
        }

        Task PointAt(string target) => Admin.Send(
            HttpMethod.Patch, path, JsonNode.Parse($$"""[{"op": "replace", "path": "/webhooks/0/clientConfig/url", "value": "{{target}}"}]"""), "application/json-patch+json");
    }

    private static async Task Refused(string saying, Func<Task> attempt)
    {
        var refused = await Assert.ThrowsAsync<ApiRefusedException>(attempt);
        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        Assert.Contains(saying, refused.Message, StringComparison.Ordinal);
    }

    private Task<JsonObject> Patch(string collection, string patch) => Admin.MergePatch($"{collection}/quota", JsonNode.Parse(patch)!.AsObject());

    private async Task Grant(string user, string ns, string resource, string verb)
    {
        var rights = $"/apis/rbac.authorization.k8s.io/v1/namespaces/{ns}";
        var name = $"{resource}-{verb}";
        await Admin.Create($"{rights}/roles", new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = name },
            ["rules"] = new JsonArray(new JsonObject { ["apiGroups"] = new JsonArray("nos.nebuly.com"), ["resources"] = new JsonArray(resource), ["verbs"] = new JsonArray(verb) }),
        });
        await Admin.Create($"{rights}/rolebindings", new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = name },
            ["roleRef"] = new JsonObject { ["apiGroup"] = "rbac.authorization.k8s.io", ["kind"] = "Role", ["name"] = name },
            ["subjects"] = new JsonArray(new JsonObject { ["apiGroup"] = "rbac.authorization.k8s.io", ["kind"] = "User", ["name"] = user }),
        });
    }
}
