namespace Nos.Scheduling.Quotas;

/// <summary>Which quota: an ElasticQuota or a CompositeElasticQuota, by namespace and name.</summary>
/// <param name="Namespace">The namespace that the object is in.</param>
/// <param name="Name">The object's name.</param>
/// <param name="IsComposite">Whether it is a CompositeElasticQuota; an ElasticQuota may have the same namespace and name.</param>
public readonly record struct QuotaKey(string Namespace, string Name, bool IsComposite)
{
    /// <inheritdoc/>
    public override string ToString() => $"{(IsComposite ? "CompositeElasticQuota" : "ElasticQuota")} {Namespace}/{Name}";
}
