using Nos.Scheduling.Cluster.Documents;

namespace Nos.Scheduling.Cluster.Quotas;

/// <summary>Decides which ElasticQuotas a composite replaces.</summary>
public static class QuotaReplacement
{
    /// <summary>
    /// Those in namespaces that it rules which were created before it, or in the same second, by namespace and name. None while it is on its way out itself;
    /// those that are on theirs need no help.
    /// </summary>
    /// <param name="composite">The composite.</param>
    /// <param name="inItsNamespaces">The ElasticQuotas in the namespaces that it rules.</param>
    public static IReadOnlyList<ElasticQuotaDocument> Of(HeardQuota composite, IEnumerable<ElasticQuotaDocument> inItsNamespaces) =>
        !composite.Key.IsComposite || composite.Wanted.Metadata.DeletionTimestamp is not null ? [] :
        [
            .. inItsNamespaces
                .Where(quota => quota.Metadata is { DeletionTimestamp: null, CreationTimestamp: { } created } && created <= composite.Quota.Created)
                .OrderBy(quota => quota.Metadata.Namespace, StringComparer.Ordinal)
                .ThenBy(quota => quota.Metadata.Name, StringComparer.Ordinal),
        ];
}
