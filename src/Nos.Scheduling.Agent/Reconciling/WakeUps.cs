namespace Nos.Scheduling.Agent.Reconciling;

/// <summary>Calls back at given times, with one timer for any number of nodes.</summary>
internal sealed class WakeUps : IDisposable
{
    private readonly Lock gate = new();
    private readonly PriorityQueue<Action, DateTimeOffset> calls = new();
    private readonly TimeProvider time;
    private readonly ITimer timer;
    private DateTimeOffset ringsAt = DateTimeOffset.MaxValue;

    /// <summary>Starts without any call to make.</summary>
    public WakeUps(TimeProvider time)
    {
        this.time = time;
        timer = time.CreateTimer(_ => Ring(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Has <paramref name="call"/> made at that time, or soon where it is past. It must be short and must not throw.</summary>
    public void At(DateTimeOffset when, Action call)
    {
        lock (gate)
        {
            calls.Enqueue(call, when);
            if (when < ringsAt)
            {
                Arm(when);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => timer.Dispose();

    private void Ring()
    {
        var due = new List<Action>();
        lock (gate)
        {
            var now = time.GetUtcNow();
            while (calls.TryPeek(out var call, out var when) && when <= now)
            {
                due.Add(call);
                calls.Dequeue();
            }

            ringsAt = DateTimeOffset.MaxValue;
            if (calls.TryPeek(out _, out var next))
            {
                Arm(next);
            }
        }

        due.ForEach(call => call());
    }

    private void Arm(DateTimeOffset when)
    {
        ringsAt = when;

        // A timer counts whole milliseconds: one more, so that it does not ring just before the time.
        var left = when - time.GetUtcNow();
        timer.Change(left > TimeSpan.Zero ? left + TimeSpan.FromMilliseconds(1) : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }
}
