namespace Nos.Scheduling.Agent.Reporting;

/// <summary>
/// Lets at most two writes pass in any second. The first passes at once; of the two, one is kept for what somebody waits for:
/// what can wait a moment comes half a second after the last write, and what nobody waits for two seconds after it. After a write that took long the
/// next waits as long again, whoever waits for it: half of the time belongs to those who change the same object, which a slow API server would else
/// never let come between.
/// </summary>
internal sealed class WritePace(TimeProvider time)
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(1);

    /// <summary>The API server checks and stores the whole GpuNode with every write: all pods that come in this time are told of at once.</summary>
    private static readonly TimeSpan IdlePause = TimeSpan.FromSeconds(2);

    /// <summary>Binds wait for reports.</summary>
    private static readonly TimeSpan LongestQuiet = TimeSpan.FromSeconds(2);

    private DateTimeOffset last = DateTimeOffset.MinValue;
    private DateTimeOffset lastButOne = DateTimeOffset.MinValue;
    private DateTimeOffset quietUntil = DateTimeOffset.MinValue;

    /// <summary>When the next write may pass; <see langword="null"/>: now.</summary>
    /// <param name="haste">How soon it is wanted.</param>
    public DateTimeOffset? Earliest(WriteHaste haste)
    {
        var earliest = lastButOne == DateTimeOffset.MinValue ? DateTimeOffset.MinValue : lastButOne + Window;
        var pause = haste switch { WriteHaste.Now => TimeSpan.Zero, WriteHaste.Soon => Window / 2, _ => IdlePause };
        if (last != DateTimeOffset.MinValue && last + pause > earliest)
        {
            earliest = last + pause;
        }

        earliest = quietUntil > earliest ? quietUntil : earliest;
        return earliest > time.GetUtcNow() ? earliest : null;
    }

    /// <summary>Notes that a write begins.</summary>
    public void Passed() => (lastButOne, last) = (last, time.GetUtcNow());

    /// <summary>Notes that it ended, well or not.</summary>
    public void Ended()
    {
        var now = time.GetUtcNow();
        var took = now - last;
        quietUntil = now + (took < LongestQuiet ? took : LongestQuiet);
    }
}
