using Microsoft.Extensions.Logging.Abstractions;
using Nos.Scheduling.Server.Controllers;
using Nos.Scheduling.Tests.Agent;

namespace Nos.Scheduling.Tests.Server.Controllers;

/// <summary>A batch is planned for after 10 s without a newcomer, at the latest after 60 s.</summary>
public sealed class ReactiveLoopTests : IAsyncDisposable, IAsyncLifetime
{
    private readonly ReactiveCluster cluster = new("n1");
    private readonly CancellationTokenSource stop = new();
    private readonly ReactiveLoop loop;
    private Task running = Task.CompletedTask;

    public ReactiveLoopTests()
    {
        loop = new ReactiveLoop(cluster.Partitioner, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(60), cluster.Clock, NullLogger<ReactiveLoop>.Instance);
        cluster.State.PodsRecorded = loop.Look;
        cluster.State.Changed = loop.Look;
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
    public async Task Plans_for_a_batch_once_nobody_has_come_for_a_while_and_again_when_slices_free_up()
    {
        await cluster.Sync();
        running = loop.RunAsync(stop.Token);
        cluster.Waiting(("a", "7g.80gb"));
        await Clock(until: "7g.80gb@0!a");
        await cluster.Act("n1");
        cluster.Bind("a", "7g.80gb", "n1");
        await cluster.Act("n1", used: "0-7g.80gb-0=a");

        cluster.Waiting(("b", "4g.40gb"), ("c", "3g.40gb"));
        await Clock(seconds: 30);
        Assert.Equal("7g.80gb@0!a", await cluster.Spec("n1"));

        cluster.Gone("a");
        await cluster.Act("n1");
        await Clock(until: "4g.40gb@0!b 3g.40gb@4!c");
    }

    [Fact]
    public async Task Plans_for_those_who_waited_before_it_began()
    {
        await cluster.Sync();
        cluster.Waiting(("a", "7g.80gb"));

        running = loop.RunAsync(stop.Token);

        await Clock(until: "7g.80gb@0!a");
    }

    /// <summary>Lets time pass second by second until the spec is that.</summary>
    private async Task Clock(string until)
    {
        await Eventually.Async(async () =>
        {
            await Clock(seconds: 1);
            return await cluster.Spec("n1") is var spec && spec == until ? "" : spec + " is not yet " + until;
        });
    }

    private async Task Clock(int seconds)
    {
        for (var second = 0; second < seconds; second++)
        {
            cluster.Advance(1);
            await Task.Delay(2);
        }
    }
}
