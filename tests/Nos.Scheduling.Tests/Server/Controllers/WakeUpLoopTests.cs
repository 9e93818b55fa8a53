using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Cluster.State;
using Nos.Scheduling.Server.Controllers;
using Nos.Scheduling.Tests.Agent;
using Nos.Scheduling.Tests.Cluster.InMemory;
using Nos.Scheduling.Tests.Cluster.State;

namespace Nos.Scheduling.Tests.Server.Controllers;

/// <summary>When a node's label <c>nos.nebuly.com/freed</c> moves, for the sake of pods that wait for slices.</summary>
public sealed class WakeUpLoopTests : IAsyncDisposable, IAsyncLifetime
{
    private static readonly TimeSpan BindWait = TimeSpan.FromSeconds(10);

    private readonly ManualClock clock = new();
    private readonly TestCluster cluster = new();
    private readonly CancellationTokenSource stop = new();
    private readonly ClusterState state;
    private readonly WakeUpLoop loop;
    private Task running = Task.CompletedTask;

    public WakeUpLoopTests()
    {
        state = new ClusterState(clock);
        loop = new WakeUpLoop(cluster.Client, state, BindWait, clock, NullLogger<WakeUpLoop>.Instance);
        state.Apply(new InformerEvent<NodeDocument>(true, [Facts.Node()], []));
    }

    public Task InitializeAsync() => Task.CompletedTask;

    Task IAsyncLifetime.DisposeAsync() => DisposeAsync().AsTask();

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        stop.Dispose();
        cluster.Dispose();
    }

    [Fact]
    public async Task A_new_term_wakes_the_queue_until_a_call_that_hung_on_the_old_leader_has_certainly_ended()
    {
        await BeginAsync(Facts.Pod("p"));

        var wakes = await EndBeginningAsync();

        Assert.Equal(Enumerable.Range(0, 15).Select(wake => wake * 2.0), wakes);
        Assert.True(wakes[^1] > BindWait.TotalSeconds + 15);
    }

    [Fact]
    public async Task A_quota_that_changed_wakes_the_queue_for_pods_that_ask_for_no_slice()
    {
        state.Apply(new InformerEvent<ElasticQuotaDocument>(true, [Cluster.Quotas.Quotas.OfOne("team/q", max: "cpu=1")], []));
        await BeginAsync(Facts.Pod("p"));
        await EndBeginningAsync();

        loop.QuotaChanged();

        await WokenAsync("n1");
    }

    [Fact]
    public async Task A_bind_that_failed_wakes_the_queue_as_old_schedulers_put_its_pod_aside_for_a_minute()
    {
        await BeginAsync(Waiting("p"));
        await EndBeginningAsync();

        loop.BindFailed("n1");

        await WokenAsync("n1");
    }

    [Fact]
    public async Task Many_failures_wake_it_once_a_second_and_the_last_is_not_forgotten()
    {
        await BeginAsync(Waiting("p"));
        await EndBeginningAsync();
        loop.BindFailed("n1");
        await WokenAsync("n1");
        await ParkedAsync();

        foreach (var _ in Enumerable.Range(0, 50))
        {
            loop.BindFailed("n2");
        }

        Assert.Null(await WokenAtAsync("n2"));
        clock.Advance(1);
        await WokenAsync("n2");
    }

    [Fact]
    public async Task Nobody_is_woken_while_no_pod_waits_for_a_slice()
    {
        await BeginAsync(Facts.Pod("plain"));
        await EndBeginningAsync();

        loop.BindFailed("n2");
        await Task.Delay(50);
        state.Apply(new InformerEvent<PodDocument>(false, [Waiting("p")], []));
        loop.BindFailed("n1");

        await WokenAsync("n1");
        Assert.Null(await WokenAtAsync("n2"));
    }

    [Fact]
    public async Task A_node_that_is_gone_ends_nothing()
    {
        await BeginAsync(Waiting("p"));
        await EndBeginningAsync();

        loop.BindFailed("gone");
        await ParkedAsync();
        loop.BindFailed("n1");
        clock.Advance(1);

        await WokenAsync("n1");
    }

    private static PodDocument Waiting(string name) => Facts.Pod(name, null, null, "Pending", ("nvidia.com/mig-1g.10gb", 1));

    private async Task BeginAsync(PodDocument pod)
    {
        await cluster.AddNodeAsync("n1");
        await cluster.AddNodeAsync("n2");
        state.Apply(new InformerEvent<PodDocument>(true, [pod], []));
        running = loop.RunAsync(stop.Token);
    }

    /// <summary>Goes through the time in which a new term wakes the queue in any case, and a moment more.</summary>
    /// <returns>When it was woken, in seconds of the term.</returns>
    private async Task<IReadOnlyList<double>> EndBeginningAsync()
    {
        var (began, wakes) = (clock.GetUtcNow(), new List<double>());
        while (clock.GetUtcNow() - began < BindWait + TimeSpan.FromSeconds(20))
        {
            await ParkedAsync();
            if (await WokenAtAsync("n1") == clock.GetUtcNow())
            {
                wakes.Add((clock.GetUtcNow() - began).TotalSeconds);
            }

            clock.Advance(1);
        }

        clock.Advance(1);
        return wakes;
    }

    /// <summary>Until the loop waits for the clock.</summary>
    private Task ParkedAsync() => Eventually.Async(() => clock.Timers > 0);

    private Task WokenAsync(string node) => Eventually.Async(async () => await WokenAtAsync(node) == clock.GetUtcNow() ? "" : $"{node}'s label did not move");

    private async Task<DateTimeOffset?> WokenAtAsync(string node)
    {
        var live = await cluster.Client.FindAsync(KubeResources.Nodes, null, node, CancellationToken.None);
        return live!.Metadata.Labels?.GetValueOrDefault(NosKeys.Freed) is { } label ? DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(label, CultureInfo.InvariantCulture)) : null;
    }
}
