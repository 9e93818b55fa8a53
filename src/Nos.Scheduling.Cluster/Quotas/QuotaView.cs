using Nos.Scheduling.Quotas;

namespace Nos.Scheduling.Cluster.Quotas;

/// <summary>A quota as people and programs are shown it.</summary>
/// <param name="Key">Which.</param>
/// <param name="Namespaces">Those that it rules, in order of names; empty where it rules none.</param>
/// <param name="RulesNone">Why it rules none, in a sentence; <see langword="null"/> where it rules one.</param>
/// <param name="Resources">What it names, in order of names. Of a quota that rules no namespace nothing is assigned, borrowed or lent.</param>
public sealed record QuotaView(QuotaKey Key, IReadOnlyList<string> Namespaces, string? RulesNone, IReadOnlyList<QuotaResourceView> Resources)
{
    /// <summary><c>ElasticQuota</c> or <c>CompositeElasticQuota</c>.</summary>
    public string Kind => Key.IsComposite ? "CompositeElasticQuota" : "ElasticQuota";
}
