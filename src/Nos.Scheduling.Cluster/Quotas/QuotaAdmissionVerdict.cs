using Nos.Scheduling.Cluster.Documents;

namespace Nos.Scheduling.Cluster.Quotas;

/// <summary>What becomes of a submitted quota. The two nested records are the only kinds.</summary>
public abstract record QuotaAdmissionVerdict
{
    private QuotaAdmissionVerdict()
    {
    }

    /// <summary>It is let in without a word.</summary>
    public static QuotaAdmissionVerdict Untouched { get; } = new Admitted([], []);

    /// <summary>It is let in, provided that its author may delete what it replaces.</summary>
    /// <param name="Replaced">The ElasticQuotas in its namespaces, by namespace and name.</param>
    /// <param name="Warnings">Sentences for its author.</param>
    public sealed record Admitted(IReadOnlyList<ElasticQuotaDocument> Replaced, IReadOnlyList<string> Warnings) : QuotaAdmissionVerdict;

    /// <summary>It is refused.</summary>
    /// <param name="Sentence">Why, and what to write instead.</param>
    public sealed record Denied(string Sentence) : QuotaAdmissionVerdict;
}
