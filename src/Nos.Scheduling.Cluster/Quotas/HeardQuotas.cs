using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Quotas;

namespace Nos.Scheduling.Cluster.Quotas;

/// <summary>What informers have told of quotas. Safe to ask from any thread.</summary>
public sealed class HeardQuotas
{
    private readonly QuotaIndex<ElasticQuotaDocument> ofOne = new(HeardQuota.Of);
    private readonly QuotaIndex<CompositeElasticQuotaDocument> ofSeveral = new(HeardQuota.Of);

    /// <summary>All of them as they were seen last.</summary>
    public KnownQuotas Current => new(ofOne.All, ofSeveral.All);

    /// <summary>Called with what became of which, after it was taken over. Set once, before the informers run.</summary>
    public Action<IReadOnlyList<QuotaNews>>? Told { get; set; }

    /// <summary>All quotas, in no order.</summary>
    public IReadOnlyList<QuotaKey> Keys => [.. ofOne.Keys, .. ofSeveral.Keys];

    /// <summary>That quota; <see langword="null"/> where there is none.</summary>
    public HeardQuota? Find(QuotaKey key) => key.IsComposite ? ofSeveral.Find(key) : ofOne.Find(key);

    /// <summary>The ElasticQuotas in the namespace, in no order.</summary>
    public IReadOnlyList<ElasticQuotaDocument> In(string ns) => [.. ofOne.Naming(ns).Select(quota => quota.Document)];

    /// <summary>The quotas of either kind that name the namespace, whichever rules it, in no order.</summary>
    public IReadOnlyList<QuotaKey> Naming(string ns) =>
        [.. ofOne.Naming(ns).Select(quota => quota.Key), .. ofSeveral.Naming(ns).Select(quota => quota.Key)];

    /// <summary>An informer's ElasticQuotas.</summary>
    public void Apply(InformerEvent<ElasticQuotaDocument> change) => Tell(ofOne.Take(change));

    /// <summary>An informer's CompositeElasticQuotas.</summary>
    public void Apply(InformerEvent<CompositeElasticQuotaDocument> change) => Tell(ofSeveral.Take(change));

    /// <summary>An ElasticQuota as a write returned it, often before the informer sees it.</summary>
    public void Renew(ElasticQuotaDocument newest) => ofOne.Renew(newest);

    /// <summary>A composite as a write returned it.</summary>
    public void Renew(CompositeElasticQuotaDocument newest) => ofSeveral.Renew(newest);

    private void Tell(IReadOnlyList<QuotaNews> news) => Told?.Invoke(news);
}
