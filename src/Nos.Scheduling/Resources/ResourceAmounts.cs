using System.Collections.Immutable;

namespace Nos.Scheduling.Resources;

/// <summary>Amounts of resources by name. Immutable; the default value is nothing at all.</summary>
/// <remarks>Unit: the resource's own; thousandths of cpu, bytes of memory, pieces of extended resources. Few nodes or pods have more than a handful.</remarks>
public readonly struct ResourceAmounts : IEquatable<ResourceAmounts>
{
    private readonly ImmutableArray<(string Name, long Amount)> amounts;

    private ResourceAmounts(ImmutableArray<(string Name, long Amount)> amounts) => this.amounts = amounts;

    /// <summary>The amounts, in ordinal order of names; a name that is not there counts as 0, a 0 may be there.</summary>
    public ImmutableArray<(string Name, long Amount)> All => amounts.IsDefault ? [] : amounts;

    /// <summary>How much there is of a resource; 0 where it is not named. Negative where a node is over-committed.</summary>
    public long this[string name]
    {
        get
        {
            foreach (var (known, amount) in All)
            {
                if (known == name)
                {
                    return amount;
                }
            }

            return 0;
        }
    }

    /// <summary>Whether the resource is named, be it with 0.</summary>
    public bool Has(string name)
    {
        foreach (var (known, _) in All)
        {
            if (known == name)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Those amounts; a name that comes twice counts twice.</summary>
    public static ResourceAmounts Of(IEnumerable<KeyValuePair<string, long>> amounts) => new(
    [
        .. amounts.GroupBy(amount => amount.Key, StringComparer.Ordinal)
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => (group.Key, group.Aggregate(0L, (sum, amount) => Add(sum, amount.Value)))),
    ]);

    /// <summary>The first resource, by name, of which less is there than <paramref name="asked"/>; <see langword="null"/> where all is there.</summary>
    /// <remarks>What is asked for with 0 or less need not be there.</remarks>
    public string? FirstMissing(ResourceAmounts asked)
    {
        foreach (var (name, amount) in asked.All)
        {
            if (amount > 0 && amount > this[name])
            {
                return name;
            }
        }

        return null;
    }

    /// <summary>Both together.</summary>
    public static ResourceAmounts operator +(ResourceAmounts left, ResourceAmounts right) => left.Combine(right, Add);

    /// <summary>What is left after <paramref name="right"/> is taken; negative where there was less.</summary>
    public static ResourceAmounts operator -(ResourceAmounts left, ResourceAmounts right) => left.Combine(right, static (have, taken) => Add(have, -taken));

    /// <summary>The larger amount of each.</summary>
    public static ResourceAmounts Larger(ResourceAmounts left, ResourceAmounts right) => left.Combine(right, Math.Max);

    /// <summary>Whether both say the same, names with 0 included.</summary>
    public static bool operator ==(ResourceAmounts left, ResourceAmounts right) => left.Equals(right);

    /// <summary>Whether they differ.</summary>
    public static bool operator !=(ResourceAmounts left, ResourceAmounts right) => !left.Equals(right);

    /// <inheritdoc/>
    public bool Equals(ResourceAmounts other) => All.AsSpan().SequenceEqual(other.All.AsSpan());

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is ResourceAmounts other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => All.Aggregate(0, (hash, amount) => HashCode.Combine(hash, amount));

    /// <inheritdoc/>
    public override string ToString() => string.Join(", ", All.Select(amount => $"{amount.Name} {amount.Amount}"));

    private ResourceAmounts Combine(ResourceAmounts other, Func<long, long, long> combine)
    {
        if (other.All.IsEmpty)
        {
            return this;
        }

        // Both are in order: they are merged, as ledgers add and take amounts for every pod of a cluster.
        var (mine, theirs) = (All, other.All);
        var merged = ImmutableArray.CreateBuilder<(string Name, long Amount)>(mine.Length + theirs.Length);
        for (int left = 0, right = 0; left < mine.Length || right < theirs.Length;)
        {
            var order = left == mine.Length ? 1 : right == theirs.Length ? -1 : string.CompareOrdinal(mine[left].Name, theirs[right].Name);
            var name = order <= 0 ? mine[left].Name : theirs[right].Name;
            merged.Add((name, combine(order <= 0 ? mine[left++].Amount : 0, order >= 0 ? theirs[right++].Amount : 0)));
        }

        return new ResourceAmounts(merged.DrainToImmutable());
    }

    /// <summary>Quantities saturate when they are read: their sums do, too.</summary>
    private static long Add(long left, long right)
    {
        var sum = unchecked(left + right);
        return (left ^ sum) >= 0 || (right ^ sum) >= 0 ? sum : left < 0 ? long.MinValue : long.MaxValue;
    }
}
