namespace Nos.Scheduling.Agent.Reporting;

/// <summary>
/// Lets at most two writes pass in any second. The first passes at once; of the two, one is kept for what somebody waits for:
/// what can wait comes half a second after the last write. After a write that took long the next waits as long again, whoever waits for it: half of the
/// time belongs to those who change the same object, which a slow API server would else never let come between.
/// </summary>
internal sealed class WritePace(TimeProvider time)
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(1);

    /// <summary>Binds wait for reports.</summary>
    private static readonly TimeSpan LongestQuiet = TimeSpan.FromSeconds(2);

    private DateTimeOffset last = DateTimeOffset.MinValue;
    private DateTimeOffset lastButOne = DateTimeOffset.MinValue;
    private DateTimeOffset quietUntil = DateTimeOffset.MinValue;

    /// <summary>When the next write may pass; <see langword="null"/>: now.</summary>
    /// <param name="urgent">Whether somebody waits for it.</param>
    public DateTimeOffset? Earliest(bool urgent)
    {
        var earliest = lastButOne == DateTimeOffset.MinValue ? DateTimeOffset.MinValue : lastButOne + Window;
        if (!urgent && last != DateTimeOffset.MinValue && last + Window / 2 > earliest)
        {
            earliest = last + Window / 2;
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
