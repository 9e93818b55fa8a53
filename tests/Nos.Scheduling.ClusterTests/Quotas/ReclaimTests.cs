using System.Text.Json.Nodes;
using Nos.Scheduling.ClusterTests.Harness;
using static Nos.Scheduling.ClusterTests.Quotas.QuotaPlane;

namespace Nos.Scheduling.ClusterTests.Quotas;

/// <summary>Lending and taking back, from what a user applies to the eviction; the test plays the kubelets.</summary>
[Collection(QuotasCollection.Name)]
public sealed class ReclaimTests(QuotaPlane quotas) : IAsyncLifetime
{
    private TestScope _scope = null!;

    private TestApi Admin => quotas.Nos.Plane.Admin;

    private string A => $"{_scope.Prefix}-a";

    private string B => $"{_scope.Prefix}-b";

    private string C => $"{_scope.Prefix}-c";

    public async Task InitializeAsync()
    {
        await RemoveQuotas();
        _scope = await quotas.Nos.Plane.Scope("reclaim");
        foreach (var ns in new[] { A, B, C })
        {
            await _scope.AddNamespace(ns);
        }
    }

    public async Task DisposeAsync()
    {
        await RemoveQuotas();
        await _scope.DisposeAsync();
    }

    [Fact]
    public async Task The_documents_example_costs_exactly_one_over_quota_pod_of_B()
    {
        // Four GPUs with room for two shares of 10 GB each: 80 GB in all.
        await _scope.Add(NosPlane.Node(_scope.NodeName("l4"), "mps", "NVIDIA-L4", 4, 23034));
        await quotas.Nos.Partitionable(_scope.NodeName("l4"));
        await Apply(Quota(A, 40), Quota(B, 10), Quota(C, 30));
        for (var index = 1; index <= 4; index++)
        {
            await Apply(Asking(A, $"a{index}"));
            await Bound(A, $"a{index}");
        }

        for (var index = 1; index <= 4; index++)
        {
            await Apply(Asking(B, $"b{index}"));
            await Bound(B, $"b{index}");
        }

        await Eventually(B, "b4", "it is over quota", pod => pod.Text("metadata", "labels", "nos.nebuly.com/capacity") == "over-quota");

        await Apply(Asking(A, "new"));

        var victim = await Polling.Until(
            "a pod of B is told to go", async () => (await Admin.List(ApiPaths.Pods(B))).Where(IsTerminating).SingleOrDefault() ?? [], pod => pod.Count > 0);
        Assert.Equal("over-quota", victim.Text("metadata", "labels", "nos.nebuly.com/capacity"));
        Assert.Contains("\"rule\":\"R2\"", (await Admin.Get(ApiPaths.Pod(A, "new"))).Text("metadata", "annotations", "nos.nebuly.com/claim"));
        Assert.Null((await Admin.Get(ApiPaths.Pod(A, "new"))).Text("spec", "nodeName"));

        // The room is for nobody else, however soon it is asked for.
        await Apply(Asking(_scope.Namespace, "thief"));
        await _scope.Api.Delete(ApiPaths.Pod(B, victim.Name()));
        var placed = await Bound(A, "new");

        Assert.Contains("/10gb#", placed.Text("metadata", "annotations", "nos.nebuly.com/slices"));
        await Eventually(A, "new", "its claim is gone", pod => pod.Text("metadata", "annotations", "nos.nebuly.com/claim") is null);
        Assert.Equal(3, (await Admin.List(ApiPaths.Pods(B))).Count(pod => !IsTerminating(pod) || pod.Name() == victim.Name()));
        await Told(B, victim.Name(), "Reclaimed", "rule R2", $"ElasticQuota {B}/quota");
        await Told(A, "new", "WaitingForReclaim", $"ElasticQuota {A}/quota");
        await Admin.Eventually($"{ApiPaths.ElasticQuotas(A)}/quota", "its status says what it has", quota => quota.Text("status", "assigned", "nos.nebuly.com/gpu-memory") == "50");
    }

    [Fact]
    public async Task Pods_that_come_at_once_do_not_pass_a_max_together_and_hear_why_they_wait()
    {
        await _scope.Add(TestNode.Named(_scope.NodeName("plain")));
        await Apply($$$"""
            apiVersion: nos.nebuly.com/v1alpha1
            kind: ElasticQuota
            metadata: { name: quota, namespace: "{{{A}}}" }
            spec: { min: { cpu: 2 }, max: { cpu: 5 } }
            """, $$$"""
            apiVersion: nos.nebuly.com/v1alpha1
            kind: ElasticQuota
            metadata: { name: quota, namespace: "{{{B}}}" }
            spec: { min: { cpu: 10 } }
            """);

        await Task.WhenAll(Enumerable.Range(0, 20).Select(index => _scope.Add(Cpu($"p{index}", "1"), A)));

        await Polling.Until("five are bound", async () => (await Admin.List(ApiPaths.Pods(A))).Count(IsBound) == 5);
        await Polling.Until("all others hear why", async () => (await Admin.List(ApiPaths.Pods(A))).Count(pod => pod.ToJsonString().Contains("QuotaMaxExceeded", StringComparison.Ordinal)) == 15);
        Assert.Equal(5, (await Admin.List(ApiPaths.Pods(A))).Count(IsBound));

        await Admin.MergePatch($"{ApiPaths.ElasticQuotas(A)}/quota", JsonNode.Parse("""{"spec": {"max": {"cpu": 7}}}""")!.AsObject());
        await Polling.Until("two more are bound", async () => (await Admin.List(ApiPaths.Pods(A))).Count(IsBound) == 7);
    }

    /// <summary>Asked here directly: kube-scheduler 1.20.0 to 1.20.10 and 1.21.0 to 1.21.4 call no extender about preemption (kubernetes#102971).</summary>
    [Fact]
    public async Task The_schedulers_own_preemption_spares_whom_a_quota_guarantees_what_they_have()
    {
        using var extender = new ExtenderClient(quotas.Nos);
        var node = _scope.NodeName("small");
        await _scope.Add(TestNode.Named(node).Offering("cpu", "4"));
        await Apply(Quota(A, 4, "cpu"), Quota(B, 4, "cpu"));
        await _scope.Add(Cpu("low", "3"), B);
        var low = await Bound(B, "low");
        var high = await _scope.Add(Cpu("high", "3").By("nobody"), A);

        Assert.Null(await extender.Victims(high, node, low));
        Assert.Null(await extender.Victims(high, node));

        // From now on B has only borrowed it.
        await Admin.MergePatch($"{ApiPaths.ElasticQuotas(B)}/quota", JsonNode.Parse("""{"spec": {"min": {"cpu": 1}}}""")!.AsObject());
        await Polling.Until("it may be a victim", async () => await extender.Victims(high, node, low) is [var victim] && victim == low.Text("metadata", "uid"));
        Assert.Equal([low.Text("metadata", "uid")!], await extender.Victims(high, node));
    }

    [Fact]
    public async Task A_disruption_budget_is_waited_for_and_the_next_best_goes()
    {
        await _scope.Add(TestNode.Named(_scope.NodeName("small")).Offering("cpu", "4"));
        await Apply(Quota(A, 4, "cpu"), Quota(B, 0, "cpu"));
        await _scope.Add(Cpu("older", "2").Labelled("app", "older"), B);
        await Bound(B, "older");
        await Task.Delay(1100);
        await _scope.Add(Cpu("younger", "2").Labelled("app", "younger"), B);
        await Bound(B, "younger");
        var version = await Admin.Find("/apis/policy/v1") is null ? "v1beta1" : "v1";
        var budgets = $"/apis/policy/{version}/namespaces/{B}/poddisruptionbudgets";
        await Admin.Create(budgets, JsonNode.Parse("""
            {"apiVersion": "policy/VERSION", "kind": "PodDisruptionBudget", "metadata": {"name": "keep"}, "spec": {"minAvailable": 1, "selector": {"matchLabels": {"app": "younger"}}}}
            """.Replace("VERSION", version, StringComparison.Ordinal))!.AsObject());

        await _scope.Add(Cpu("owner", "2"), A);

        await Eventually(B, "older", "it makes way", IsTerminating);
        Assert.False(IsTerminating(await Admin.Get(ApiPaths.Pod(B, "younger"))));
        await _scope.Api.Delete(ApiPaths.Pod(B, "older"));
        await Bound(A, "owner");
    }

    private static string Quota(string ns, int min, string resource = "nos.nebuly.com/gpu-memory") => $"""
        apiVersion: nos.nebuly.com/v1alpha1
        kind: ElasticQuota
        metadata:
          name: quota
          namespace: {ns}
        spec:
          min:
            {resource}: {min}
        """;

    private static string Asking(string ns, string name) => $$$"""
        apiVersion: v1
        kind: Pod
        metadata: { name: "{{{name}}}", namespace: "{{{ns}}}" }
        spec:
          containers:
          - name: main
            image: example.com/none
            resources: { limits: { nos.nebuly.com/gpu-memory: 10 } }
        """;

    private TestPod Cpu(string name, string cpu) => TestPod.Named(name).By(quotas.Nos.PodScheduler).Asking("cpu", cpu);

    private async Task Apply(params string[] manifests)
    {
        var (exitCode, _, tail) = await quotas.Apply(string.Join("\n---\n", manifests));
        Assert.True(exitCode == 0, tail);
    }

    private async Task RemoveQuotas() => await quotas.Kubectl("delete", "elasticquotas,compositeelasticquotas", "--all", "--all-namespaces");

    private Task<JsonObject> Bound(string ns, string name) => Eventually(ns, name, "it is bound", IsBound);

    private Task<JsonObject> Eventually(string ns, string name, string what, Func<JsonObject, bool> right) => Admin.Eventually(ApiPaths.Pod(ns, name), $"{ns}/{name}: {what}", right);

    private async Task Told(string ns, string pod, string reason, params string[] words)
    {
        var told = await Polling.Until(
            $"{ns}/{pod} has an event {reason}",
            async () => (await Admin.List(ApiPaths.Events(ns))).FirstOrDefault(item => item.Text("involvedObject", "name") == pod && item.Text("reason") == reason) ?? [],
            item => item.Count > 0);
        Assert.All(words, word => Assert.Contains(word, told.Text("message"), StringComparison.Ordinal));
    }

    private static bool IsBound(JsonObject pod) => pod.Text("spec", "nodeName") is not null;

    private static bool IsTerminating(JsonObject pod) => pod.Text("metadata", "deletionTimestamp") is not null;
}
