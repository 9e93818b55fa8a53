using Nos.Scheduling.Quotas;

namespace Nos.Scheduling.Preempting;

/// <summary>Takes victims from their quotas one by one: each only while its quota is above its min, or its min and fair share, in what the victim leaves.</summary>
/// <remarks>As taking each from the ledger would say, with no more kept than those quotas: searches ask for thousands of sets.</remarks>
internal sealed class QuotaTurns
{
    private readonly QuotaLedger ledger;
    private readonly bool byShare;
    private readonly List<(QuotaPods Quota, long[] Used)> quotas = [];
    private readonly Dictionary<string, QuotaPool> pools = new(StringComparer.Ordinal);

    /// <param name="ledger">What is used before.</param>
    /// <param name="byShare">Whether quotas keep their fair share as well as their min (R2).</param>
    internal QuotaTurns(QuotaLedger ledger, bool byShare) => (this.ledger, this.byShare) = (ledger, byShare);

    /// <summary>Takes the pod, unless its quota is not above what it keeps in anything that the pod leaves of what is lacking.</summary>
    internal bool Take(Occupant pod, Shortage shortage)
    {
        var (min, used) = (pod.Quota!.Quota.Min.All, UsedOf(pod.Quota));
        var isAbove = false;
        for (var at = 0; at < min.Length && !isAbove; at++)
        {
            var share = byShare ? PoolOf(min[at].Name).FairShare(min[at].Amount) : 0;
            isAbove = used[at] > (Int128)min[at].Amount + share && shortage.IsEasedBy(pod, min[at].Name);
        }

        for (var at = 0; at < min.Length && isAbove; at++)
        {
            var (name, before) = (min[at].Name, used[at]);
            used[at] -= pod.Bound.Pod.Request[name];
            if (byShare)
            {
                pools[name] = PoolOf(name).With(min[at].Amount, before, -1).With(min[at].Amount, used[at], 1);
            }
        }

        return isAbove;
    }

    private QuotaPool PoolOf(string name) => pools.TryGetValue(name, out var changed) ? changed : ledger.PoolOf(name);

    private long[] UsedOf(QuotaPods quota)
    {
        foreach (var (known, used) in quotas)
        {
            if (ReferenceEquals(known, quota))
            {
                return used;
            }
        }

        var before = ledger.UsedIn(quota.Space);
        quotas.Add((quota, [.. quota.Quota.Min.All.Select(min => before[min.Name])]));
        return quotas[^1].Used;
    }
}
