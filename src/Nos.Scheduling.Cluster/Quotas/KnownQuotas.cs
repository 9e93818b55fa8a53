using Nos.Scheduling.Cluster.Documents;

namespace Nos.Scheduling.Cluster.Quotas;

/// <summary>The quotas that exist, in no order.</summary>
/// <param name="OfOne">Those of one namespace.</param>
/// <param name="OfSeveral">Those of several.</param>
public sealed record KnownQuotas(IReadOnlyList<ElasticQuotaDocument> OfOne, IReadOnlyList<CompositeElasticQuotaDocument> OfSeveral)
{
    /// <summary>None at all.</summary>
    public static KnownQuotas None { get; } = new([], []);

    /// <summary>The ElasticQuotas in a namespace but for that object, by name: there should be one at most.</summary>
    internal IEnumerable<ElasticQuotaDocument> In(string ns, SubmittedQuota but) => OfOne
        .Where(quota => quota.Metadata.Namespace == ns && (but.IsComposite || !but.IsSameObjectAs(quota)))
        .OrderBy(quota => quota.Metadata.Name, StringComparer.Ordinal);

    /// <summary>The composites over a namespace but for that object, by namespace and name: there should be one at most.</summary>
    internal IEnumerable<CompositeElasticQuotaDocument> Over(string ns, SubmittedQuota but) => OfSeveral
        .Where(quota => Array.IndexOf(quota.Spec.Namespaces, ns) >= 0 && (!but.IsComposite || !but.IsSameObjectAs(quota)))
        .OrderBy(quota => quota.Metadata.Namespace, StringComparer.Ordinal)
        .ThenBy(quota => quota.Metadata.Name, StringComparer.Ordinal);
}
