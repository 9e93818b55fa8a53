using System.Collections.Immutable;
using Nos.Scheduling.Resources;

namespace Nos.Scheduling.Quotas;

/// <summary>What is used of one quota. Immutable.</summary>
/// <remarks>
/// Exact, in 128 bits: who can create pods can name any amount, and a sum that stopped at the end of 64 bits would come back too small when that pod goes.
/// </remarks>
internal readonly struct QuotaUse
{
    private readonly ImmutableArray<(string Name, Int128 Amount)> sums;

    private QuotaUse(ImmutableArray<(string Name, Int128 Amount)> sums) => this.sums = sums;

    /// <summary>Of that quota nothing is used: 0 of each resource that it names.</summary>
    internal static QuotaUse None(Quota quota) => new([.. (quota.Min + quota.Max).All.Select(amount => (amount.Name, Int128.Zero))]);

    /// <summary>How much of a resource; 0 where the quota does not name it.</summary>
    internal Int128 this[string name]
    {
        get
        {
            foreach (var (known, amount) in sums)
            {
                if (known == name)
                {
                    return amount;
                }
            }

            return 0;
        }
    }

    /// <summary>The amounts, all that the quota names; what does not fit stops at the end of 64 bits.</summary>
    internal ResourceAmounts Amounts => ResourceAmounts.Of(sums.Select(sum => KeyValuePair.Create(sum.Name, Saturate(sum.Amount))));

    /// <summary>With so much more, or with <paramref name="sign"/> -1 so much less, of the resources that the quota names.</summary>
    internal QuotaUse With(ResourceAmounts amounts, int sign) => new([.. sums.Select(sum => (sum.Name, sum.Amount + sign * (Int128)amounts[sum.Name]))]);

    /// <summary>With so much more of the resources that the quota names.</summary>
    internal QuotaUse With(IReadOnlyDictionary<string, Int128> amounts) => new([.. sums.Select(sum => (sum.Name, sum.Amount + amounts.GetValueOrDefault(sum.Name)))]);

    /// <summary>The amount in 64 bits.</summary>
    internal static long Saturate(Int128 amount) => (long)Int128.Clamp(amount, long.MinValue, long.MaxValue);
}
