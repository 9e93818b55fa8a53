using FluentValidation.Results;
using Nos.Scheduling.Cluster.Documents;

namespace Nos.Scheduling.Cluster.Quotas;

/// <summary>Judges quotas on create and update.</summary>
public static class QuotaAdmission
{
    /// <summary>More sentences than anybody reads; API servers cut longer answers themselves.</summary>
    private const int MostSentences = 5;

    private static readonly QuotaAmountRules Amounts = new();

    /// <summary>What is wrong with it whatever other quotas there are; <see langword="null"/> where nothing is, or nobody may be held up by it.</summary>
    /// <param name="quota">What its author wants.</param>
    /// <param name="old">What it is now; <see langword="null"/> on create.</param>
    /// <remarks>
    /// A change of metadata alone is never refused, nor one on the way out: a quota of a time without this webhook must not keep its finalizers and labels.
    /// </remarks>
    public static QuotaAdmissionVerdict? Precheck(SubmittedQuota quota, SubmittedQuota? old) =>
        quota.Metadata.DeletionTimestamp is not null || (old is not null && quota.SaysTheSameAs(old)) ? QuotaAdmissionVerdict.Untouched : Denial(Amounts.Validate(quota));

    /// <summary>What becomes of a quota that passed <see cref="Precheck"/> beside the others. Equal inputs, equal words.</summary>
    public static QuotaAdmissionVerdict Decide(SubmittedQuota quota, KnownQuotas known)
    {
        if (Denial(new QuotaOverlapRules(known).Validate(quota)) is { } denial)
        {
            return denial;
        }

        if (!quota.IsComposite)
        {
            return QuotaAdmissionVerdict.Untouched;
        }

        var replaced = quota.Namespaces.Order(StringComparer.Ordinal).SelectMany(ns => known.In(ns, but: quota)).ToArray();
        return new QuotaAdmissionVerdict.Admitted(replaced, Limited([.. replaced.Select(other => Warning(quota, other))]));
    }

    /// <summary>Refuses a composite whose author may not delete what it would replace.</summary>
    public static string WithoutRight(string userName, ElasticQuotaDocument replaced) =>
        $"Namespace {replaced.Metadata.Namespace} has the ElasticQuota {replaced.Metadata.Name}, which this composite would replace, and {userName} may not delete it; "
        + $"leave {replaced.Metadata.Namespace} out of spec.namespaces, or have this written by somebody who may.";

    private static string Warning(SubmittedQuota quota, ElasticQuotaDocument other) => other.Metadata.CreationTimestamp > quota.Metadata.CreationTimestamp
        ? $"ElasticQuota {QuotaOverlapRules.PlaceOf(other)} is younger than this composite and stays: delete it."
        : $"ElasticQuota {QuotaOverlapRules.PlaceOf(other)} will be deleted: this composite replaces it.";

    private static QuotaAdmissionVerdict.Denied? Denial(ValidationResult result) =>
        result.IsValid ? null : new QuotaAdmissionVerdict.Denied(string.Join(' ', Limited([.. result.Errors.Select(error => error.ErrorMessage)])));

    private static string[] Limited(string[] sentences) =>
        sentences.Length <= MostSentences ? sentences : [.. sentences.Take(MostSentences), $"And {sentences.Length - MostSentences} more."];
}
