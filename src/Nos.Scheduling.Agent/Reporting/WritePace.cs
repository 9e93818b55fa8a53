namespace Nos.Scheduling.Agent.Reporting;

/// <summary>
/// Lets at most two writes pass in any second. The first passes at once; of the two, one is kept for what somebody waits for:
/// what can wait comes half a second after the last write.
/// </summary>
internal sealed class WritePace(TimeProvider time)
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(1);

    private DateTimeOffset last = DateTimeOffset.MinValue;
    private DateTimeOffset lastButOne = DateTimeOffset.MinValue;

    /// <summary>When the next write may pass; <see langword="null"/>: now.</summary>
    /// <param name="urgent">Whether somebody waits for it.</param>
    public DateTimeOffset? Earliest(bool urgent)
    {
        var earliest = lastButOne == DateTimeOffset.MinValue ? DateTimeOffset.MinValue : lastButOne + Window;
        if (!urgent && last != DateTimeOffset.MinValue && last + Window / 2 > earliest)
        {
            earliest = last + Window / 2;
        }

        return earliest > time.GetUtcNow() ? earliest : null;
    }

    /// <summary>Notes a write.</summary>
    public void Passed() => (lastButOne, last) = (last, time.GetUtcNow());
}
