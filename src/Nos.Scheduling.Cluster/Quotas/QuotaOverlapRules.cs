using FluentValidation;
using Nos.Scheduling.Cluster.Documents;

namespace Nos.Scheduling.Cluster.Quotas;

/// <summary>
/// A namespace is under one quota at most. A composite may cover namespaces that have ElasticQuotas, which it replaces: that is no failure here. Each
/// failure is a sentence that says what to do instead.
/// </summary>
internal sealed class QuotaOverlapRules : AbstractValidator<SubmittedQuota>
{
    /// <summary>The rules beside those quotas.</summary>
    internal QuotaOverlapRules(KnownQuotas known)
    {
        RuleForEach(quota => quota.Namespaces).Custom((ns, context) =>
        {
            var quota = context.InstanceToValidate;
            if (!quota.IsComposite && known.In(ns, but: quota).FirstOrDefault() is { } other)
            {
                context.AddFailure(
                    $"Namespace {ns} has the ElasticQuota {other.Metadata.Name} already, and may have one; change that one, or delete it first.");
            }

            if (known.Over(ns, but: quota).FirstOrDefault() is { } composite)
            {
                context.AddFailure(
                    $"Namespace {ns} is under the CompositeElasticQuota {PlaceOf(composite)} already; "
                    + (quota.IsComposite ? $"leave {ns} out of spec.namespaces of one of the two." : $"change that one, or take {ns} out of its spec.namespaces first."));
            }
        });
    }

    /// <summary>Namespace and name, as people write them.</summary>
    internal static string PlaceOf(IKubeDocument document) => $"{document.Metadata.Namespace}/{document.Metadata.Name}";
}
