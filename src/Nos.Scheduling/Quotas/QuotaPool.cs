namespace Nos.Scheduling.Quotas;

/// <summary>One resource over all quotas that name it in min. Unit: the resource's; sums of 64-bit amounts are kept in 128 bits.</summary>
/// <param name="Min">All that is guaranteed.</param>
/// <param name="Used">All that those quotas use.</param>
/// <param name="Idle">What of the guaranteed is not used: sum of max(0, min - used).</param>
public readonly record struct QuotaPool(Int128 Min, Int128 Used, Int128 Idle)
{
    /// <summary>What is used above what is guaranteed: sum of max(0, used - min).</summary>
    public Int128 Borrowed => Used - Min + Idle;

    /// <summary>With the part of one quota added, or with <paramref name="sign"/> -1 taken away.</summary>
    internal QuotaPool With(long min, Int128 used, int sign) =>
        new(Min + sign * (Int128)min, Used + sign * used, Idle + sign * Int128.Max(0, min - used));

    /// <summary>
    /// What of the idle is a quota's by right: floor(idle x its min / all min). Rule F1; 0 where nothing is guaranteed to anybody. The shares of all quotas
    /// add up to at most the idle.
    /// </summary>
    /// <param name="min">That quota's min.</param>
    public long FairShare(long min)
    {
        if (Min <= 0 || Idle <= 0)
        {
            return 0;
        }

        // The idle is at most the min, so that a share is at most that quota's min. Idle beyond 64 bits would make a product beyond 128: both are halved then, so
        // rounded that shares only get smaller.
        var (idle, all) = (Idle, Min);
        while (idle > long.MaxValue)
        {
            (idle, all) = (idle >> 1, (all + 1) >> 1);
        }

        return (long)(idle * min / all);
    }

    /// <summary>
    /// What of a quota's idle part others use: floor(own idle x min(idle, borrowed) / idle), own idle being max(0, min - used). Nobody's in particular is
    /// borrowed, so that all who leave something idle lend in proportion to it. What all lend adds up to at most what all borrow.
    /// </summary>
    /// <param name="min">That quota's min.</param>
    /// <param name="used">What it uses.</param>
    public long Lent(long min, long used)
    {
        var own = Int128.Max(0, (Int128)min - used);
        var lent = Int128.Min(Idle, Borrowed);
        if (own <= 0 || lent <= 0)
        {
            return 0;
        }

        // As above: idle beyond 64 bits would make a product beyond 128.
        var idle = Idle;
        while (idle > long.MaxValue)
        {
            (lent, idle) = (lent >> 1, (idle + 1) >> 1);
        }

        return (long)(own * lent / idle);
    }
}
