namespace Nos.Scheduling.Agent.Mps;

/// <summary>When something that failed is tried again: after 1 s, 2 s, 4 s, … at most a minute.</summary>
/// <param name="pace">The first and the longest pause.</param>
/// <param name="time">The clock.</param>
internal sealed class RestartPause(MpsPace pace, TimeProvider time)
{
    private int failures;
    private DateTimeOffset until;

    /// <summary>Whether it is too early.</summary>
    public bool Rests => time.GetUtcNow() < until;

    /// <summary>It failed again.</summary>
    public void Fail()
    {
        var pause = TimeSpan.FromTicks(Math.Min(pace.LongestPause.Ticks, pace.FirstPause.Ticks << Math.Min(failures++, 16)));
        until = time.GetUtcNow() + pause;
    }

    /// <summary>It has worked, and for long enough.</summary>
    public void Reset() => (failures, until) = (0, default);
}
