namespace Nos.Scheduling.Tests.Cluster.Leading;

/// <summary>A machine's two clocks, moved by hand. No timers.</summary>
internal sealed class TwoClocks : TimeProvider
{
    private static readonly DateTimeOffset Start = new(2026, 11, 24, 10, 0, 0, TimeSpan.Zero);

    /// <summary>Since some moment that means nothing elsewhere.</summary>
    public TimeSpan Monotonic { get; set; }

    /// <summary>How far the wall clock is.</summary>
    public TimeSpan Wall { get; set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Monotonic.Ticks;

    public override DateTimeOffset GetUtcNow() => Start + Wall;

    public void Advance(TimeSpan time)
    {
        Monotonic += time;
        Wall += time;
    }

    public void Advance(double seconds) => Advance(TimeSpan.FromSeconds(seconds));
}
