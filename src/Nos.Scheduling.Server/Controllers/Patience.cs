namespace Nos.Scheduling.Server.Controllers;

/// <summary>
/// Remembers pods that got their slices and were not bound all the same, because of something that is not judged here. Such a pod is not planned for while it
/// rests, longer each time, so that it does not keep the room from others for ever.
/// </summary>
/// <param name="ttl">How long a place is kept; the first rest.</param>
internal sealed class Patience(TimeSpan ttl)
{
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    private readonly Dictionary<string, Attempt> attempts = new(StringComparer.Ordinal);

    /// <summary>A place is kept for the pod until then.</summary>
    internal void Kept(string uid, DateTimeOffset until) => attempts[uid] = new Attempt(until, attempts.GetValueOrDefault(uid)?.InVain ?? 0);

    /// <summary>Whether the pod, which still waits, is to be planned for.</summary>
    /// <param name="uid">The pod.</param>
    /// <param name="isKept">Whether a place is kept for it now. One that was lost before its time was not in vain: the pod is not to blame.</param>
    /// <param name="now">The moment.</param>
    internal bool MayTry(string uid, bool isKept, DateTimeOffset now)
    {
        if (attempts.GetValueOrDefault(uid) is not { } attempt)
        {
            return true;
        }

        if (now < attempt.Until)
        {
            attempts[uid] = isKept ? attempt : attempt with { Until = DateTimeOffset.MaxValue };
            return true;
        }

        // 1 h is reached long before the shift runs out of bits.
        var rest = TimeSpan.FromTicks(Math.Min(Longest.Ticks, ttl.Ticks << Math.Min(attempt.InVain, 12)));
        if (now < attempt.Until + rest)
        {
            return false;
        }

        attempts[uid] = new Attempt(DateTimeOffset.MaxValue, attempt.InVain + 1);
        return true;
    }

    /// <summary>Forgets all pods but those that wait.</summary>
    internal void Forget(IReadOnlySet<string> waiting)
    {
        foreach (var uid in attempts.Keys.Where(uid => !waiting.Contains(uid)).ToArray())
        {
            attempts.Remove(uid);
        }
    }

    /// <param name="Until">Until when a place is, or was, kept; at the end of time where none is.</param>
    /// <param name="InVain">How often one was kept in vain before.</param>
    private sealed record Attempt(DateTimeOffset Until, int InVain);
}
