using Nos.Scheduling.Cluster.Quotas;

namespace Nos.Scheduling.Server.Composition;

/// <summary>
/// The quotas as they stood a moment ago: what a scrape tells in five metrics is of one moment, and all bound pods are added up once for it. Safe to ask from any
/// thread.
/// </summary>
/// <param name="look">Adds them up.</param>
/// <param name="time">The clock.</param>
internal sealed class QuotaLook(Func<IReadOnlyList<QuotaView>> look, TimeProvider time)
{
    /// <summary>How old an answer may be.</summary>
    private static readonly TimeSpan Oldest = TimeSpan.FromSeconds(1);

    private volatile Seen? last;

    /// <summary>The quotas, a second old at most.</summary>
    internal IReadOnlyList<QuotaView> Recent()
    {
        var seen = last;
        if (seen is null || time.GetElapsedTime(seen.At) > Oldest)
        {
            last = seen = new Seen(look(), time.GetTimestamp());
        }

        return seen.Quotas;
    }

    private sealed record Seen(IReadOnlyList<QuotaView> Quotas, long At);
}
