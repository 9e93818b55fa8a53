using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Server.Controllers;
using Nos.Scheduling.Tests.Agent;

namespace Nos.Scheduling.Tests.Server.Controllers;

public sealed class KeyedLoopTests : IAsyncDisposable, IAsyncLifetime
{
    private readonly ManualClock clock = new();
    private readonly CancellationTokenSource stop = new();
    private readonly List<string> done = [];
    private readonly ConcurrentDictionary<string, Func<Task>> hooks = new();
    private readonly KeyedLoop<string> loop;
    private readonly Task running;

    public KeyedLoopTests()
    {
        loop = new KeyedLoop<string>("test", ReconcileAsync, TimeSpan.FromMilliseconds(500), clock, NullLogger.Instance);
        running = loop.RunAsync(stop.Token);
    }

    public Task InitializeAsync() => Task.CompletedTask;

    Task IAsyncLifetime.DisposeAsync() => DisposeAsync().AsTask();

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        stop.Dispose();
    }

    [Fact]
    public async Task Looks_at_once_and_at_what_changes_again_only_after_a_rest()
    {
        loop.Enqueue("a");
        await Done("a");
        loop.Enqueue("a");
        loop.Enqueue("a");
        loop.Enqueue("b");
        await Done("a b");

        await Rested(2);
        clock.Advance(0.5);

        await Done("a b a");
        await Rested(1);
        clock.Advance(10);
        await Task.Delay(50);
        Assert.Equal("a b a", Text());
    }

    [Fact]
    public async Task What_changes_while_it_is_looked_at_is_looked_at_again_and_never_twice_at_a_time()
    {
        var gate = new TaskCompletionSource();
        hooks["a"] = () => gate.Task;
        loop.Enqueue("a");
        await Done("a");
        loop.Enqueue("a");
        clock.Advance(10);
        await Task.Delay(50);
        Assert.Equal("a", Text());

        gate.SetResult();
        await Rested(1);
        clock.Advance(0.5);

        await Done("a a");
    }

    [Fact]
    public async Task What_fails_is_tried_again_with_growing_pauses_and_stops_no_other()
    {
        hooks["bad"] = () => throw new KubeApiException(HttpStatusCode.InternalServerError, "InternalError", "no");
        loop.Enqueue("bad");
        await Done("bad");
        loop.Enqueue("good");
        await Done("bad good");

        foreach (var (expected, pause) in new[] { (2, 0.5), (3, 1.0), (4, 2.0) })
        {
            await Rested(2);
            clock.Advance(pause + 0.5);
            await Eventually.Async(() => loop.Errors.Failures == expected);
        }

        // The next pause is 4 s.
        await Rested(2);
        clock.Advance(3);
        await Task.Delay(50);
        Assert.Equal(4, loop.Errors.Failures);
        hooks.TryRemove("bad", out _);
        clock.Advance(2);
        await Done("bad good bad bad bad bad");
    }

    private async Task ReconcileAsync(string key, CancellationToken cancellation)
    {
        lock (done)
        {
            done.Add(key);
        }

        await (hooks.GetValueOrDefault(key)?.Invoke() ?? Task.CompletedTask);
    }

    private string Text()
    {
        lock (done)
        {
            return string.Join(' ', done);
        }
    }

    private Task Done(string keys) => Eventually.Async(() => Task.FromResult(Text() == keys ? "" : $"done: {Text()}"));

    private Task Rested(int timers) => Eventually.Async(() => clock.Timers >= timers);
}
