using System.Collections.Immutable;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Quotas;
using Nos.Scheduling.Resources;

namespace Nos.Scheduling.Cluster.Quotas;

/// <summary>Makes quotas of documents. Whatever a document says, a quota comes out: one bad amount stops no other.</summary>
/// <remarks>
/// cpu is read in thousandths, all else in whole units, rounded up as Kubernetes does. What is negative counts as 0; what is no quantity is not judged; what is
/// larger than 2^63 - 1 counts as that.
/// </remarks>
public static class QuotaReading
{
    /// <summary>The quota of one namespace.</summary>
    public static Quota Of(ElasticQuotaDocument document)
    {
        var ns = document.Metadata.Namespace ?? "default";
        return Of(document.Metadata, isComposite: false, [ns], document.Spec.Min, document.Spec.Max);
    }

    /// <summary>The quota of several namespaces.</summary>
    public static Quota Of(CompositeElasticQuotaDocument document) => Of(
        document.Metadata,
        isComposite: true,
        [.. document.Spec.Namespaces.Where(name => !string.IsNullOrEmpty(name)).Distinct(StringComparer.Ordinal)],
        document.Spec.Min,
        document.Spec.Max);

    /// <summary>An amount of a resource in the unit of quotas; never negative.</summary>
    public static long Read(string resource, Quantity quantity) => Math.Max(0, resource == "cpu" ? quantity.Milli : quantity.Value);

    private static Quota Of(
        ObjectMeta metadata, bool isComposite, ImmutableArray<string> namespaces, IReadOnlyDictionary<string, Quantity> min, IReadOnlyDictionary<string, Quantity> max) => new(
        new QuotaKey(metadata.Namespace ?? "default", metadata.Name, isComposite),
        namespaces,
        Read(min),
        Read(max),
        metadata.CreationTimestamp ?? DateTimeOffset.MaxValue);

    private static ResourceAmounts Read(IReadOnlyDictionary<string, Quantity> amounts) => ResourceAmounts.Of(amounts
        .Where(amount => amount.Value.IsValid)
        .Select(amount => KeyValuePair.Create(amount.Key, Read(amount.Key, amount.Value))));
}
