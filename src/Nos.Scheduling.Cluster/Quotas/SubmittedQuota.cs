using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Quotas;

namespace Nos.Scheduling.Cluster.Quotas;

/// <summary>A quota of either kind, as its author wants it to be.</summary>
/// <param name="Kind"><c>ElasticQuota</c> or <c>CompositeElasticQuota</c>.</param>
/// <param name="Namespace">Where it lives.</param>
/// <param name="Metadata">Its name and times.</param>
/// <param name="Min">What is guaranteed.</param>
/// <param name="Max">The limit.</param>
/// <param name="Namespaces">What it covers: its own namespace, or those that it names, each once.</param>
public sealed record SubmittedQuota(
    string Kind,
    string Namespace,
    ObjectMeta Metadata,
    IReadOnlyDictionary<string, Quantity> Min,
    IReadOnlyDictionary<string, Quantity> Max,
    IReadOnlyList<string> Namespaces)
{
    /// <summary>Whether it covers the namespaces that it names, not its own.</summary>
    public bool IsComposite => Kind == Api.KubeResources.CompositeElasticQuotas.Kind;

    /// <summary>The quota of one namespace.</summary>
    /// <param name="document">The object.</param>
    /// <param name="ns">Where it will live; the object itself may not say it yet.</param>
    public static SubmittedQuota Of(ElasticQuotaDocument document, string ns) =>
        new(Api.KubeResources.ElasticQuotas.Kind, ns, document.Metadata, document.Spec.Min, document.Spec.Max, [ns]);

    /// <inheritdoc cref="Of(ElasticQuotaDocument, string)"/>
    public static SubmittedQuota Of(CompositeElasticQuotaDocument document, string ns) => new(
        Api.KubeResources.CompositeElasticQuotas.Kind,
        ns,
        document.Metadata,
        document.Spec.Min,
        document.Spec.Max,
        [.. document.Spec.Namespaces.Select(name => name ?? "").Distinct(StringComparer.Ordinal)]);

    /// <summary>Whether both say the same, word for word: then only metadata is changed.</summary>
    public bool SaysTheSameAs(SubmittedQuota other) =>
        Same(Min, other.Min) && Same(Max, other.Max) && Namespaces.SequenceEqual(other.Namespaces, StringComparer.Ordinal);

    /// <summary>Whether that is this one.</summary>
    internal bool Is(QuotaKey key) => IsComposite == key.IsComposite && Namespace == key.Namespace && Metadata.Name == key.Name;

    /// <summary>Whether that object is this one.</summary>
    internal bool IsSameObjectAs(IKubeDocument other) => other.Metadata.Name == Metadata.Name && other.Metadata.Namespace == Namespace;

    private static bool Same(IReadOnlyDictionary<string, Quantity> one, IReadOnlyDictionary<string, Quantity> other) =>
        one.Count == other.Count && one.All(amount => other.TryGetValue(amount.Key, out var there) && there == amount.Value);
}
