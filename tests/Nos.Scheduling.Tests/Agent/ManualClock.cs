namespace Nos.Scheduling.Tests.Agent;

/// <summary>A clock that stands still until it is told to go on; timers ring on the way, in order.</summary>
internal sealed class ManualClock : TimeProvider
{
    private readonly Lock gate = new();
    private readonly List<ManualTimer> timers = [];
    private DateTimeOffset now = new(2026, 11, 22, 10, 0, 0, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow()
    {
        lock (gate)
        {
            return now;
        }
    }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => GetUtcNow().Ticks;

    /// <summary>How many timers are to ring: whether somebody waits for the time.</summary>
    public int Timers
    {
        get
        {
            lock (gate)
            {
                return timers.Count;
            }
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    public void Advance(double seconds)
    {
        var until = GetUtcNow() + TimeSpan.FromSeconds(seconds);
        while (Next(until) is { } timer)
        {
            timer.Ring();
        }

        lock (gate)
        {
            now = until;
        }
    }

    /// <summary>Goes on without a timer ringing on the way, as for a process that was stopped; they ring with the next <see cref="Advance"/>.</summary>
    public void Jump(double seconds)
    {
        lock (gate)
        {
            now += TimeSpan.FromSeconds(seconds);
        }
    }

    private ManualTimer? Next(DateTimeOffset until)
    {
        lock (gate)
        {
            var next = timers.Where(timer => timer.RingsAt <= until).MinBy(timer => timer.RingsAt);
            if (next is not null)
            {
                now = next.RingsAt > now ? next.RingsAt : now;
                timers.Remove(next);
            }

            return next;
        }
    }

    private sealed class ManualTimer(ManualClock clock, TimerCallback callback, object? state) : ITimer
    {
        public DateTimeOffset RingsAt { get; private set; }

        public void Ring() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            Assert.Equal(Timeout.InfiniteTimeSpan, period);
            lock (clock.gate)
            {
                clock.timers.Remove(this);
                if (dueTime != Timeout.InfiniteTimeSpan)
                {
                    RingsAt = clock.now + dueTime;
                    clock.timers.Add(this);
                }
            }

            return true;
        }

        public void Dispose() => Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
