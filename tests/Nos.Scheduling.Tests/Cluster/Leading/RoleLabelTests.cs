using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Leading;
using Nos.Scheduling.Tests.Agent;
using Nos.Scheduling.Tests.Cluster.InMemory;

namespace Nos.Scheduling.Tests.Cluster.Leading;

public sealed class RoleLabelTests : IDisposable
{
    private readonly ManualClock clock = new();
    private readonly TestCluster cluster = new();
    private readonly CancellationTokenSource stop = new();
    private KubeClient? leader;

    public void Dispose()
    {
        stop.Cancel();
        stop.Dispose();
        cluster.Dispose();
    }

    [Fact]
    public async Task The_leader_has_it_and_nobody_else()
    {
        await Pods("me", "other", "third");
        await Label("other", "leader");
        leader = cluster.Client;

        Run("me");

        await Labelled("me");
    }

    [Fact]
    public async Task It_goes_with_the_lead_and_with_the_process()
    {
        await Pods("me");
        leader = cluster.Client;
        var role = Run("me");
        await Labelled("me");

        leader = null;
        role.Nudge();
        await Labelled();

        leader = cluster.Client;
        role.Nudge();
        await Labelled("me");
        await stop.CancelAsync();
        await Labelled();
    }

    [Fact]
    public async Task One_who_finds_it_on_his_pod_without_leading_takes_it_off()
    {
        await Pods("me", "leader");
        await Label("me", "leader");
        await Label("leader", "leader");

        Run("me");

        await Labelled("leader");
    }

    [Fact]
    public async Task It_is_put_back_when_somebody_takes_it_off()
    {
        await Pods("me");
        leader = cluster.Client;
        Run("me");
        await Labelled("me");
        await Label("me", null);

        clock.Advance(15);

        await Labelled("me");
    }

    [Fact]
    public async Task A_process_in_no_pod_takes_it_off_others_all_the_same_and_signs_nothing()
    {
        await Pods("other");
        await Label("other", "leader");
        leader = cluster.Client;

        var role = Run("laptop");

        await Labelled();
        Assert.Null(await role.SignAsync(cluster.Client, new Author("a/b", "me", clock), CancellationToken.None));
    }

    [Fact]
    public async Task Signs_its_pod_with_another_version_each_time()
    {
        await Pods("me");
        var (role, author) = (Run("me"), new Author("a/b", "me", clock));
        var first = await role.SignAsync(cluster.Client, author, CancellationToken.None);
        clock.Advance(1);

        var second = await role.SignAsync(cluster.Client, author, CancellationToken.None);

        Assert.True(ResourceVersions.IsOlder(first, second));
    }

    private RoleLabel Run(string pod)
    {
        var role = new RoleLabel(cluster.Client, "default", pod, clock, NullLogger<RoleLabel>.Instance);
        _ = role.RunAsync(() => leader, stop.Token);
        return role;
    }

    private async Task Pods(params string[] names)
    {
        foreach (var name in names)
        {
            await cluster.AddPodAsync(name);
        }
    }

    private Task<Scheduling.Cluster.Documents.PodDocument> Label(string pod, string? role) => cluster.Client.PatchAsync(
        KubeResources.Pods, "default", pod, new JsonObject { ["metadata"] = new JsonObject { ["labels"] = new JsonObject { [NosKeys.Role] = role } } }, CancellationToken.None);

    private Task Labelled(params string[] expected) => Eventually.Async(async () =>
    {
        var pods = await cluster.Client.ListAsync(KubeResources.Pods, "default", CancellationToken.None, labelSelector: $"{NosKeys.Role}=leader");
        return pods.Items.Select(pod => pod.Metadata.Name).Order().SequenceEqual(expected) ? "" : $"labelled are {string.Join(", ", pods.Items.Select(pod => pod.Metadata.Name))}";
    });
}
