using FluentValidation;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Cluster.Flags;

namespace Nos.Scheduling.Cluster.Quotas;

/// <summary>What is wrong with a quota in itself, whatever others there are. Each failure is a sentence that says what to write instead.</summary>
internal sealed class QuotaAmountRules : AbstractValidator<SubmittedQuota>
{
    /// <summary>The rules.</summary>
    internal QuotaAmountRules()
    {
        RuleFor(quota => quota.Namespaces).NotEmpty().WithMessage("spec.namespaces is empty; name at least one namespace.");
        RuleForEach(quota => quota.Namespaces).Custom(NamesNamespace);
        RuleFor(quota => quota.Min).Custom((min, context) => AreAmounts("spec.min", min, context));
        RuleFor(quota => quota.Max).Custom((max, context) => AreAmounts("spec.max", max, context));
        RuleFor(quota => quota.Max).Custom(ReachesMin);
    }

    private static void NamesNamespace(string name, ValidationContext<SubmittedQuota> context)
    {
        if (context.InstanceToValidate.IsComposite && !KubeNames.IsLabel(name))
        {
            context.AddFailure($"spec.namespaces: '{name}' is no name of a namespace; write one like team-a.");
        }
    }

    private static void AreAmounts(string field, IReadOnlyDictionary<string, Quantity> amounts, ValidationContext<SubmittedQuota> context)
    {
        foreach (var (resource, amount) in Ordered(amounts))
        {
            if (!amount.IsValid)
            {
                context.AddFailure($"{field}: {resource} is '{amount}', which is no quantity; write one like 4, 500m or 16Gi.");
            }
            else if (amount.IsNegative)
            {
                context.AddFailure($"{field}: {resource} is {amount}; write 0 or more, or leave {resource} out.");
            }
        }
    }

    /// <summary>What is no amount, or below 0, has been said.</summary>
    private static void ReachesMin(IReadOnlyDictionary<string, Quantity> max, ValidationContext<SubmittedQuota> context)
    {
        foreach (var (resource, limit) in Ordered(max))
        {
            if (context.InstanceToValidate.Min.TryGetValue(resource, out var min) && limit.IsValid && !limit.IsNegative && limit.IsLessThan(min))
            {
                context.AddFailure(
                    $"spec.max: {resource} is {limit}, less than the {min} of spec.min; write at least {min}, or leave {resource} out of spec.max for no limit.");
            }
        }
    }

    /// <summary>By resource name, so that the same quota always gets the same words.</summary>
    private static IEnumerable<KeyValuePair<string, Quantity>> Ordered(IReadOnlyDictionary<string, Quantity> amounts) =>
        amounts.OrderBy(amount => amount.Key, StringComparer.Ordinal);
}
