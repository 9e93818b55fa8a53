using Nos.Scheduling.Cluster.Documents;

namespace Nos.Scheduling.Cluster.Quotas;

/// <summary>What is wrong with the amounts of a quota that exists all the same, as of a time without the webhook, and how it is read.</summary>
internal static class QuotaAmountTroubles
{
    /// <summary>By reason in the order of <see cref="QuotaReadiness"/>, then min before max, then by resource.</summary>
    internal static IEnumerable<(string Reason, string Sentence)> Of(SubmittedQuota quota)
    {
        var amounts = Ordered("min", quota.Min).Concat(Ordered("max", quota.Max)).ToList();
        foreach (var (_, resource, max) in amounts.Where(amount => amount.Field == "max" && amount.Quantity.IsValid))
        {
            if (quota.Min.TryGetValue(resource, out var min) && min.IsValid && QuotaReading.Read(resource, max) < QuotaReading.Read(resource, min))
            {
                yield return (QuotaReadiness.MinAboveMax, $"min of {resource} is {min}, more than its max of {max}, which is the limit.");
            }
        }

        foreach (var (field, resource, quantity) in amounts.Where(amount => amount.Quantity is { IsValid: true, IsNegative: true }))
        {
            yield return (QuotaReadiness.NegativeAmount, $"{field} of {resource} is {quantity}, and counts as 0.");
        }

        foreach (var (field, resource, quantity) in amounts.Where(amount => !amount.Quantity.IsValid))
        {
            yield return (QuotaReadiness.UnreadableAmount, $"{field} of {resource} is '{quantity}', which is no quantity, and not judged.");
        }
    }

    private static IEnumerable<(string Field, string Resource, Quantity Quantity)> Ordered(string field, IReadOnlyDictionary<string, Quantity> amounts) =>
        amounts.OrderBy(amount => amount.Key, StringComparer.Ordinal).Select(amount => (field, amount.Key, amount.Value));
}
