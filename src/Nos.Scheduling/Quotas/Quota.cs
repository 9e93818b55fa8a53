using System.Collections.Immutable;
using Nos.Scheduling.Resources;

namespace Nos.Scheduling.Quotas;

/// <summary>What is guaranteed to the namespaces of a quota together, and what they may have at most. Immutable.</summary>
/// <remarks>
/// Units: cpu in thousandths, everything else whole (bytes, pieces, GB of <c>nos.nebuly.com/gpu-memory</c>). A resource that is named with 0 is judged, one
/// that is not named is free.
/// </remarks>
/// <param name="Key">Which.</param>
/// <param name="Namespaces">Whose pods it counts: an ElasticQuota's own, a composite's list. A namespace named twice counts once.</param>
/// <param name="Min">What is guaranteed. Not negative.</param>
/// <param name="Max">What they may have at most, of the resources that it names.</param>
/// <param name="Created">When it was created; of several over one namespace the oldest rules.</param>
public sealed record Quota(QuotaKey Key, ImmutableArray<string> Namespaces, ResourceAmounts Min, ResourceAmounts Max, DateTimeOffset Created)
{
    /// <summary>Of those amounts, the ones that the quota names in min or max.</summary>
    public ResourceAmounts Named(ResourceAmounts amounts) => ResourceAmounts.Of(
        amounts.All.Where(amount => Min.Has(amount.Name) || Max.Has(amount.Name)).Select(amount => KeyValuePair.Create(amount.Name, amount.Amount)));

    /// <summary>Whether both say the same of the same namespaces.</summary>
    public bool SaysTheSameAs(Quota other) =>
        Key == other.Key && Created == other.Created && Min == other.Min && Max == other.Max && Namespaces.AsSpan().SequenceEqual(other.Namespaces.AsSpan());
}
