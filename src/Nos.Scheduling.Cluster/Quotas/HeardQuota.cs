using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Quotas;

namespace Nos.Scheduling.Cluster.Quotas;

/// <summary>A quota of either kind as an informer told of it.</summary>
/// <param name="Key">Which.</param>
/// <param name="Wanted">What its author wants.</param>
/// <param name="Quota">The same in the units of quotas.</param>
/// <param name="Status">What its status says; <see langword="null"/> until it was written.</param>
public sealed record HeardQuota(QuotaKey Key, SubmittedQuota Wanted, Quota Quota, ElasticQuotaStatus? Status)
{
    /// <summary>The quota of one namespace.</summary>
    public static HeardQuota Of(ElasticQuotaDocument document)
    {
        var quota = QuotaReading.Of(document);
        return new HeardQuota(quota.Key, SubmittedQuota.Of(document, quota.Key.Namespace), quota, document.Status);
    }

    /// <summary>The quota of several namespaces.</summary>
    public static HeardQuota Of(CompositeElasticQuotaDocument document)
    {
        var quota = QuotaReading.Of(document);
        return new HeardQuota(quota.Key, SubmittedQuota.Of(document, quota.Key.Namespace), quota, document.Status);
    }

    /// <summary>Whether both are one object that wants the same: they differ in status, or in metadata that does not matter, if at all.</summary>
    internal bool WantsTheSameAs(HeardQuota other) =>
        Wanted.Metadata.Uid == other.Wanted.Metadata.Uid
        && Wanted.Metadata.DeletionTimestamp == other.Wanted.Metadata.DeletionTimestamp
        && Wanted.SaysTheSameAs(other.Wanted);
}
