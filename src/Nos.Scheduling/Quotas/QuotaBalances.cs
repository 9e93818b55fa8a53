using Nos.Scheduling.Resources;

namespace Nos.Scheduling.Quotas;

/// <summary>Tells how quotas stand, in every resource that they name, in order of names.</summary>
public static class QuotaBalances
{
    /// <summary>How the quota over a namespace stands; nothing where none is.</summary>
    /// <param name="ledger">The quotas and what is used of them.</param>
    /// <param name="space">One of the namespaces that it rules.</param>
    public static IReadOnlyList<QuotaBalance> In(QuotaLedger ledger, string space)
    {
        if (ledger.RulerOf(space) is not { } quota)
        {
            return [];
        }

        var (used, shares) = (ledger.UsedIn(space), ledger.FairShareIn(space));
        return [.. Names(quota).Select(name => Of(quota, name, used[name], shares[name], ledger.PoolOf(name)))];
    }

    /// <summary>How a quota stands that rules no namespace: it says what it says, and that is all.</summary>
    public static IReadOnlyList<QuotaBalance> OfNobody(Quota quota) => [.. Names(quota).Select(name => Of(quota, name, 0, 0, default))];

    private static IEnumerable<string> Names(Quota quota) => ResourceAmounts.Larger(quota.Min, quota.Max).All.Select(amount => amount.Name);

    private static QuotaBalance Of(Quota quota, string name, long used, long share, QuotaPool pool)
    {
        long? max = quota.Max.Has(name) ? quota.Max[name] : null;
        return quota.Min.Has(name) && quota.Min[name] is var min
            ? new QuotaBalance(name, min, max, used, Math.Max(0, used - min), pool.Lent(min, used), share)
            : new QuotaBalance(name, null, max, used, 0, 0, 0);
    }
}
