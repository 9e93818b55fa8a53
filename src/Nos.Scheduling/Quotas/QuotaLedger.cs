using System.Collections.Frozen;
using System.Collections.Immutable;
using Nos.Scheduling.Resources;

namespace Nos.Scheduling.Quotas;

/// <summary>All quotas and what is used of each. Immutable: what changes is another ledger, which shares with this one what did not change.</summary>
/// <remarks>
/// Used is what bound pods that have not ended ask for, and what is reserved for pods on their way. A quota counts once however many namespaces it has. Only
/// what a pod asks for is judged: a quota that is above its min, or even its max, in a resource refuses nobody who wants none of it.
/// </remarks>
public sealed class QuotaLedger
{
    private readonly FrozenDictionary<string, int> rulers;
    private readonly ImmutableArray<Quota> quotas;
    private readonly ImmutableList<QuotaUse> used;
    private readonly ImmutableDictionary<string, QuotaPool> pools;

    private QuotaLedger(
        FrozenDictionary<string, int> rulers, ImmutableArray<Quota> quotas, ImmutableList<QuotaUse> used, ImmutableDictionary<string, QuotaPool> pools) =>
        (this.rulers, this.quotas, this.used, this.pools) = (rulers, quotas, used, pools);

    /// <summary>No quota at all: nothing is judged.</summary>
    public static QuotaLedger Empty { get; } = Of([]);

    /// <summary>
    /// The quotas that rule some namespace. A composite comes before an ElasticQuota, an older one before a younger, and the lower namespace and name at equal
    /// age; one that rules no namespace at all guarantees nothing and lends nothing.
    /// </summary>
    public ImmutableArray<Quota> Quotas => quotas;

    /// <summary>Those quotas, nothing of them used.</summary>
    public static QuotaLedger Of(IEnumerable<Quota> quotas) => Of(quotas, _ => null);

    /// <summary>Those quotas, with what is used in the namespaces that they rule. The same as <see cref="Taking"/> it all, in one go.</summary>
    /// <param name="quotas">The quotas, in any order.</param>
    /// <param name="usedIn">What is used in a namespace, by resource; <see langword="null"/> where nothing is.</param>
    public static QuotaLedger Of(IEnumerable<Quota> quotas, Func<string, IReadOnlyDictionary<string, Int128>?> usedIn)
    {
        var ranked = quotas
            .OrderByDescending(quota => quota.Key.IsComposite)
            .ThenBy(quota => quota.Created)
            .ThenBy(quota => quota.Key.Namespace, StringComparer.Ordinal)
            .ThenBy(quota => quota.Key.Name, StringComparer.Ordinal);
        var rulers = new Dictionary<string, int>(StringComparer.Ordinal);
        var ruling = ImmutableArray.CreateBuilder<Quota>();
        var used = ImmutableList.CreateBuilder<QuotaUse>();
        var pools = ImmutableDictionary.CreateBuilder<string, QuotaPool>(StringComparer.Ordinal);
        foreach (var quota in ranked)
        {
            var own = quota.Namespaces.Where(name => rulers.TryAdd(name, ruling.Count)).ToList();
            if (own.Count > 0)
            {
                var use = own.Select(usedIn).OfType<IReadOnlyDictionary<string, Int128>>().Aggregate(QuotaUse.None(quota), (sum, more) => sum.With(more));
                ruling.Add(quota);
                used.Add(use);
                foreach (var (name, min) in quota.Min.All)
                {
                    pools[name] = pools.GetValueOrDefault(name).With(min, use[name], 1);
                }
            }
        }

        return new QuotaLedger(rulers.ToFrozenDictionary(StringComparer.Ordinal), ruling.ToImmutable(), used.ToImmutable(), pools.ToImmutable());
    }

    /// <summary>The quota that rules the namespace; <see langword="null"/> where none is over it.</summary>
    public Quota? RulerOf(string space) => rulers.TryGetValue(space, out var at) ? quotas[at] : null;

    /// <summary>What is used of the quota that rules the namespace, of all resources that it names, be it 0; nothing where none does.</summary>
    public ResourceAmounts UsedIn(string space) => rulers.TryGetValue(space, out var at) ? used[at].Amounts : default;

    /// <summary>One resource over all quotas that name it in min.</summary>
    public QuotaPool PoolOf(string resource) => pools.GetValueOrDefault(resource);

    /// <summary>With so much more used in a namespace. Without a quota over it the ledger stays as it is.</summary>
    public QuotaLedger Taking(string space, ResourceAmounts amounts) => With(space, amounts, 1);

    /// <summary>With so much less used in a namespace: what <see cref="Taking"/> added before.</summary>
    public QuotaLedger Giving(string space, ResourceAmounts amounts) => With(space, amounts, -1);

    /// <summary>What the quota over a namespace has of the idle by right beyond its min, of the resources that its min names. Rule F1.</summary>
    public ResourceAmounts FairShareIn(string space) => RulerOf(space) is { } quota
        ? ResourceAmounts.Of(quota.Min.All.Select(min => KeyValuePair.Create(min.Name, PoolOf(min.Name).FairShare(min.Amount))))
        : default;

    /// <summary>What the quota over a namespace says to one more pod there. Rules Q1 to Q4, and whether R2 entitles it.</summary>
    /// <param name="space">The pod's namespace.</param>
    /// <param name="asked">What the pod asks for.</param>
    public QuotaVerdict Judge(string space, ResourceAmounts asked)
    {
        if (!rulers.TryGetValue(space, out var at))
        {
            return new QuotaVerdict(QuotaVerdictKind.Unjudged, null);
        }

        var (quota, have) = (quotas[at], used[at]);
        var borrows = default(QuotaVerdict?);
        var lacks = default(QuotaVerdict?);
        var isWithinShare = true;
        foreach (var (name, amount) in asked.All)
        {
            if (amount <= 0)
            {
                continue;
            }

            var together = have[name] + amount;
            if (quota.Max.Has(name) && together > quota.Max[name])
            {
                return new QuotaVerdict(QuotaVerdictKind.QuotaMaxExceeded, quota, name, amount, QuotaUse.Saturate(have[name]), quota.Max[name]);
            }

            var min = quota.Min[name];
            if (!quota.Min.Has(name) || together <= min)
            {
                continue;
            }

            var pool = PoolOf(name);
            var verdict = new QuotaVerdict(QuotaVerdictKind.Borrows, quota, name, amount, QuotaUse.Saturate(pool.Used), QuotaUse.Saturate(pool.Min));
            borrows ??= verdict;
            lacks ??= pool.Used + amount <= pool.Min ? null : verdict;
            isWithinShare &= together <= (Int128)min + pool.FairShare(min);
        }

        return lacks is { } lack ? lack with { Kind = isWithinShare ? QuotaVerdictKind.WithinFairShare : QuotaVerdictKind.NothingToBorrow }
            : borrows ?? new QuotaVerdict(QuotaVerdictKind.WithinMin, quota);
    }

    /// <summary>
    /// Whether one more pod stays within min and fair share in every resource that the min of its quota names: then rule R2 entitles it, be there something to
    /// borrow or not. Max is not asked; <see langword="false"/> where no quota is over the namespace.
    /// </summary>
    /// <param name="space">The pod's namespace.</param>
    /// <param name="asked">What the pod asks for.</param>
    public bool IsWithinFairShare(string space, ResourceAmounts asked)
    {
        if (!rulers.TryGetValue(space, out var at))
        {
            return false;
        }

        foreach (var (name, min) in quotas[at].Min.All)
        {
            var amount = asked[name];
            if (amount > 0 && used[at][name] + amount > (Int128)min + PoolOf(name).FairShare(min))
            {
                return false;
            }
        }

        return true;
    }

    private QuotaLedger With(string space, ResourceAmounts amounts, int sign)
    {
        // Most pods ask for nothing that their quota names, or have none over them.
        if (!rulers.TryGetValue(space, out var at) || quotas[at].Named(amounts).All.IsEmpty)
        {
            return this;
        }

        var before = used[at];
        var after = before.With(amounts, sign);
        var changed = pools.ToBuilder();
        foreach (var (name, min) in quotas[at].Min.All)
        {
            changed[name] = changed[name].With(min, before[name], -1).With(min, after[name], 1);
        }

        return new QuotaLedger(rulers, quotas, used.SetItem(at, after), changed.ToImmutable());
    }
}
