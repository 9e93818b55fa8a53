using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Documents;

namespace Nos.Scheduling.Cluster.Quotas;

/// <summary>What informers have told of quotas. Safe to ask from any thread.</summary>
public sealed class HeardQuotas
{
    private readonly QuotaIndex<ElasticQuotaDocument> ofOne = new();
    private readonly QuotaIndex<CompositeElasticQuotaDocument> ofSeveral = new();

    /// <summary>All of them as they were seen last.</summary>
    public KnownQuotas Current => new(ofOne.All, ofSeveral.All);

    /// <summary>An informer's ElasticQuotas.</summary>
    public void Apply(InformerEvent<ElasticQuotaDocument> change) => ofOne.Take(change);

    /// <summary>An informer's CompositeElasticQuotas.</summary>
    public void Apply(InformerEvent<CompositeElasticQuotaDocument> change) => ofSeveral.Take(change);
}
