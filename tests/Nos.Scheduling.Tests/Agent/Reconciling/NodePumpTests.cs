using Nos.Scheduling.Agent.Reconciling;

namespace Nos.Scheduling.Tests.Agent.Reconciling;

public sealed class NodePumpTests : IDisposable
{
    private readonly ManualClock clock = new();
    private readonly WakeUps wakeUps;
    private readonly CancellationTokenSource stop = new();
    private int rounds;

    public NodePumpTests() => wakeUps = new WakeUps(clock);

    [Fact]
    public async Task A_kick_during_a_round_starts_one_more_and_ten_kicks_no_more_than_that()
    {
        var gate = new TaskCompletionSource();
        var pump = Pump(async () =>
        {
            await gate.Task;
            return 3600;
        });
        pump.Kick();
        await Eventually.Async(() => rounds == 1);

        for (var kick = 0; kick < 10; kick++)
        {
            pump.Kick();
        }

        gate.SetResult();
        await Eventually.Async(() => pump.Idle.IsCompleted);
        Assert.Equal(2, rounds);
    }

    [Fact]
    public async Task It_wakes_when_the_last_round_said_so()
    {
        var pump = Pump(() => Task.FromResult(30.0));
        pump.Kick();
        await SettledAsync(pump, 1);

        clock.Advance(29);
        await SettledAsync(pump, 1);
        clock.Advance(2);
        await SettledAsync(pump, 2);
        clock.Advance(31);
        await SettledAsync(pump, 3);
    }

    [Fact]
    public async Task A_round_that_wants_to_come_again_sooner_does_and_costs_no_extra_round_later()
    {
        var next = new Queue<double>([30, 1, 30, 30, 30]);
        var pump = Pump(() => Task.FromResult(next.Dequeue()));
        pump.Kick();
        await SettledAsync(pump, 1);
        pump.Kick();
        await SettledAsync(pump, 2);

        clock.Advance(1.1);
        await SettledAsync(pump, 3);
        clock.Advance(29.5);
        await SettledAsync(pump, 3);
        clock.Advance(1);
        await SettledAsync(pump, 4);
    }

    [Fact]
    public async Task One_timer_wakes_many_each_at_its_time()
    {
        var woken = new List<int>();
        foreach (var delay in new[] { 5, 3, 9, 3, 7 })
        {
            wakeUps.At(clock.GetUtcNow().AddSeconds(delay), () => woken.Add(delay));
        }

        wakeUps.At(clock.GetUtcNow().AddSeconds(-1), () => woken.Add(-1));
        clock.Advance(0.01);
        Assert.Equal([-1], woken);
        clock.Advance(8);
        Assert.Equal([-1, 3, 3, 5, 7], woken);
        clock.Advance(2);
        Assert.Equal([-1, 3, 3, 5, 7, 9], woken);
        await Task.CompletedTask;
    }

    [Fact]
    public async Task Told_to_end_it_starts_no_more_rounds()
    {
        var pump = Pump(() => Task.FromResult(1.0));
        pump.Kick();
        await SettledAsync(pump, 1);

        await stop.CancelAsync();
        pump.Kick();
        clock.Advance(10);

        await SettledAsync(pump, 1);
    }

    public void Dispose()
    {
        wakeUps.Dispose();
        stop.Dispose();
    }

    private NodePump Pump(Func<Task<double>> round) => new(
        async _ =>
        {
            Interlocked.Increment(ref rounds);
            return clock.GetUtcNow().AddSeconds(await round());
        },
        wakeUps,
        stop.Token);

    private async Task SettledAsync(NodePump pump, int expected)
    {
        await Eventually.Async(() => pump.Idle.IsCompleted);
        Assert.Equal(expected, rounds);
    }
}
