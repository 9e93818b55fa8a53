using System.Text.Json.Nodes;
using Nos.Scheduling.Cluster.Api;

namespace Nos.Scheduling.Tests.Cluster.InMemory;

public sealed class PodRulesTests : IDisposable
{
    private readonly TestCluster cluster = new();

    public void Dispose() => cluster.Dispose();

    [Fact]
    public async Task A_pod_of_another_uid_is_not_bound()
    {
        var pod = await cluster.AddPodAsync("a");
        var conflict = await Assert.ThrowsAsync<KubeApiException>(() => cluster.BindAsync(pod with { Metadata = pod.Metadata with { Uid = "another" } }, "n"));
        Assert.True(conflict.IsConflict);
        Assert.Null((await cluster.FindPodAsync("a"))!.Spec.NodeName);
    }

    [Fact]
    public async Task A_pod_that_is_being_deleted_is_not_bound_again()
    {
        var pod = await cluster.AddPodAsync("a");
        await cluster.BindAsync(pod, "n");
        await cluster.Client.DeleteAsync(KubeResources.Pods, "default", "a", CancellationToken.None);
        var conflict = await Assert.ThrowsAsync<KubeApiException>(() => cluster.BindAsync(pod, "m"));
        Assert.Contains("being deleted", conflict.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pod_that_has_ended_goes_at_once()
    {
        var pod = await cluster.AddPodAsync("a");
        await cluster.BindAsync(pod, "n");
        await cluster.PatchAsync(pod, new JsonObject { ["status"] = new JsonObject { ["phase"] = "Succeeded" } }, "status");
        await cluster.Client.DeleteAsync(KubeResources.Pods, "default", "a", CancellationToken.None);
        Assert.Null(await cluster.FindPodAsync("a"));
    }

    [Fact]
    public async Task A_second_deletion_can_only_shorten_the_wait()
    {
        var pod = await cluster.AddPodAsync("a");
        await cluster.BindAsync(pod, "n");
        var ends = new List<DateTimeOffset>();
        foreach (var grace in new[] { 1000, 2000, 10 })
        {
            await cluster.Client.DeleteAsync(KubeResources.Pods, "default", "a", CancellationToken.None, gracePeriodSeconds: grace);
            ends.Add((await cluster.FindPodAsync("a"))!.Metadata.DeletionTimestamp!.Value);
        }

        Assert.Equal(ends[0], ends[1]);
        Assert.True(ends[2] < ends[1]);
    }

    [Theory]
    [InlineData(1, EvictionOutcome.Evicted)]
    [InlineData(0, EvictionOutcome.BlockedByBudget)]
    public async Task An_eviction_spends_what_the_budget_allows(int allowed, EvictionOutcome expected)
    {
        await cluster.Client.PostAsync(
            "apis/policy/v1/namespaces/default/poddisruptionbudgets",
            """{"metadata":{"name":"b"},"spec":{"selector":{"matchLabels":{"app":"web"}}}}"""u8.ToArray(),
            CancellationToken.None);
        await PatchBudgetAsync(allowed);
        var pod = await cluster.AddPodAsync("a", new JsonObject { ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["app"] = "web" } } });
        await cluster.BindAsync(pod, "n");

        var answer = await cluster.Client.EvictAsync("default", "a", pod.Metadata.Uid!, CancellationToken.None);

        Assert.Equal(expected, answer.Outcome);
        Assert.Equal(expected == EvictionOutcome.Evicted, (await cluster.FindPodAsync("a"))!.Metadata.DeletionTimestamp is not null);
        var budget = await cluster.Client.FindRawAsync("apis/policy/v1/namespaces/default/poddisruptionbudgets/b", CancellationToken.None);
        Assert.Equal(0, (int)budget!["status"]!["disruptionsAllowed"]!);
    }

    private async Task PatchBudgetAsync(int allowed)
    {
        using var http = cluster.Server.CreateHttpClient("tester");
        var patch = new StringContent($$$"""{"status":{"disruptionsAllowed":{{{allowed}}}}}""", System.Text.Encoding.UTF8, "application/merge-patch+json");
        var response = await http.PatchAsync(new Uri("apis/policy/v1/namespaces/default/poddisruptionbudgets/b/status", UriKind.Relative), patch);
        response.EnsureSuccessStatusCode();
    }
}
