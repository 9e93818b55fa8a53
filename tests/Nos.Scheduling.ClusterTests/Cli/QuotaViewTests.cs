using System.Text.Json.Nodes;
using Nos.Scheduling.ClusterTests.Harness;
using Nos.Scheduling.ClusterTests.Quotas;
using static Nos.Scheduling.ClusterTests.Quotas.QuotaPlane;

namespace Nos.Scheduling.ClusterTests.Cli;

/// <summary>
/// <c>kubectl nos top quotas</c> and <c>explain pod</c> as their own processes, against a real API server, as somebody who may only list; and what the server shows of
/// the same quotas.
/// </summary>
[Collection(QuotasCollection.Name)]
public sealed class QuotaViewTests(QuotaPlane quotas) : IAsyncLifetime
{
    private const string Viewer = "quota-viewer";
    private TestScope _scope = null!;

    private TestApi Admin => quotas.Nos.Plane.Admin;

    private string A => $"{_scope.Prefix}-a";

    private string B => $"{_scope.Prefix}-b";

    /// <summary>No other test's quotas have anything to lend of it.</summary>
    private string Resource => $"example.com/{_scope.Prefix}";

    public async Task InitializeAsync()
    {
        _scope = await quotas.Nos.Plane.Scope("views");
        await _scope.AddNamespace(A);
        await _scope.AddNamespace(B);
        await Admin.Create(ApiPaths.ClusterRoles, Json($$"""
            {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "metadata": {"name": "{{Viewer}}"}, "rules": [
              {"apiGroups": [""], "resources": ["nodes", "pods", "namespaces"], "verbs": ["list"]},
              {"apiGroups": ["nos.nebuly.com"], "resources": ["gpunodes", "elasticquotas", "compositeelasticquotas"], "verbs": ["list"]},
              {"apiGroups": ["coordination.k8s.io"], "resources": ["leases"], "verbs": ["list"]}]}
            """));
        await Admin.Create(ApiPaths.ClusterRoleBindings, Json($$"""
            {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding", "metadata": {"name": "{{Viewer}}"},
             "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "{{Viewer}}"},
             "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": "{{Viewer}}"}]}
            """));
        await Admin.Create(ApiPaths.ElasticQuotas(A), OfOne("quota", $$"""{"min": {"{{Resource}}": 2} }"""));
        await Admin.Create(ApiPaths.ElasticQuotas(B), OfOne("quota", $$"""{"min": {"{{Resource}}": 2}, "max": {"{{Resource}}": 4} }"""));
        await Admin.Create(ApiPaths.Pods(A), TestPod.Named("starts").Asking(Resource, 1).BoundTo("nowhere").ToJson());
        await Admin.Create(ApiPaths.Pods(B), TestPod.Named("borrows").Asking(Resource, 3).BoundTo("nowhere").ToJson());
        await Admin.MergePatch(ApiPaths.Pod(B, "borrows") + "/status", Json("""{"status": {"phase": "Running"}}"""));
        await Admin.Create(ApiPaths.Pods(A), TestPod.Named("waits").Asking(Resource, 2).By(NosPlane.SchedulerName).ToJson());
    }

    public async Task DisposeAsync()
    {
        await Admin.Delete($"{ApiPaths.ClusterRoleBindings}/{Viewer}");
        await Admin.Delete($"{ApiPaths.ClusterRoles}/{Viewer}");
        foreach (var ns in new[] { A, B })
        {
            if (await Admin.Find($"{ApiPaths.ElasticQuotas(ns)}/quota") is not null)
            {
                await Admin.Delete($"{ApiPaths.ElasticQuotas(ns)}/quota");
            }
        }

        await _scope.DisposeAsync();
    }

    [Fact]
    public async Task Who_may_only_list_sees_what_is_guaranteed_used_lent_and_borrowed()
    {
        await using var run = await Run(Viewer, "top", "quotas", "-n", B);

        Assert.True(run.ExitCode == 0, run.Tail());
        Assert.Equal(
            ["KIND QUOTA NAMESPACES RESOURCE MIN MAX USED ASSIGNED BORROWED LENT FAIR BAR", $"eq {B}/quota {B} {Resource} 2 4 3 3 1 0 0 [##########|+++++ ]"],
            run.OutputLines.Select(Squeezed));

        await using var lender = await Run(Viewer, "top", "quotas", "-n", A);
        Assert.Equal($"eq {A}/quota {A} {Resource} 2 - 0 1 0 1 0 [##########==========|>", Squeezed(lender.OutputLines[^1]));
    }

    [Fact]
    public async Task Who_may_only_list_is_told_why_a_pod_waits_and_who_borrows_what_it_wants()
    {
        await using var run = await Run(Viewer, "explain", "pod", $"{A}/waits");

        Assert.True(run.ExitCode == 0, run.Tail());
        Assert.Equal(
            [
                $"{A}/waits waits: NothingToBorrow.",
                $"Q3: ElasticQuota {A}/quota would go above its min of {Resource}, and nothing is left to borrow: all quotas use 4 of the 4 that they guarantee together, and it asks for 2.",
                $"2 of {Resource} are missing.",
            ],
            run.OutputLines.Take(3));
        Assert.Contains($"Of {Resource}, ElasticQuota {B}/quota borrows 1.", run.OutputLines);
        Assert.Contains(run.OutputLines, line => Squeezed(line).StartsWith($"{B}/borrows 3 0 ", StringComparison.Ordinal));
        Assert.Contains(run.ErrorLines, line => line.Contains("PodDisruptionBudgets may not be read", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_pod_that_is_not_there_and_a_user_who_may_not_look_end_with_one()
    {
        await using var absent = await Run(Viewer, "explain", "pod", "-n", A, "nobody");
        await using var blind = await Run("nobody", "top", "quotas");

        Assert.Equal((1, 1), (absent.ExitCode, blind.ExitCode));
        Assert.Contains($"there is no pod {A}/nobody that has not ended", absent.Tail(), StringComparison.Ordinal);
        Assert.Contains("forbidden", Assert.Single(blind.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_server_shows_the_same_in_its_API_and_its_metrics_until_the_quota_is_gone()
    {
        var series = $$"""nos_quota_borrowed{quota_namespace="{{B}}",quota="quota",resource="{{Resource}}"} 1""";
        await Polling.Until("the quota is in the metrics", async () => (await Ask("metrics")).Contains(series, StringComparison.Ordinal));
        await Polling.Until("the pod waits for its quota", async () => (await Ask("metrics")).Contains("""nos_pending_pods{reason="NothingToBorrow"} 1""", StringComparison.Ordinal));

        var shown = JsonNode.Parse(await Ask("api/quotas"))!["items"]!.AsArray().Single(quota => (string?)quota!["namespace"] == B)!;
        await using var listed = await Run(Viewer, "top", "quotas", "-n", B, "-o", "json");
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(string.Join('\n', listed.OutputLines))!["items"]![0], shown), shown.ToJsonString());
        Assert.Equal(("ElasticQuota", "1"), ((string?)shown["kind"], (string?)shown["borrowed"]![Resource]));

        await Admin.Delete($"{ApiPaths.ElasticQuotas(B)}/quota");
        await Polling.Until("the quota is gone from the metrics", async () => !(await Ask("metrics")).Contains($"quota_namespace=\"{B}\"", StringComparison.Ordinal));
    }

    private async Task<string> Ask(string path)
    {
        using var http = new HttpClient();
        return await http.GetStringAsync(new Uri($"http://127.0.0.1:{quotas.Nos.PlainPort}/{path}"));
    }

    private static string Squeezed(string line) => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    private static JsonObject Json(string text) => JsonNode.Parse(text)!.AsObject();

    private Task<ChildProcess> Run(string user, params string[] arguments) =>
        ChildProcess.Run(ChildCommand.Cli(arguments).With("KUBECONFIG", quotas.Nos.Plane.IssueClient(user)).With("HOME", null));
}
