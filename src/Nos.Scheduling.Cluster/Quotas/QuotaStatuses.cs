using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Quotas;
using Nos.Scheduling.Resources;

namespace Nos.Scheduling.Cluster.Quotas;

/// <summary>Decides what the status of a quota says. Equal inputs, equal words, whatever order pods are listed in.</summary>
public static class QuotaStatuses
{
    /// <summary>
    /// Used and assigned list every resource that the quota names, also those of which there is 0; borrowed only those of min of which there is more: where
    /// nothing is borrowed there is nothing to see.
    /// </summary>
    /// <param name="quota">The quota.</param>
    /// <param name="pods">The bound pods, not ended, of the namespaces that it rules.</param>
    /// <param name="ready">Its condition.</param>
    /// <param name="before">Its conditions so far; those of others stay.</param>
    public static ElasticQuotaStatus Of(Quota quota, IReadOnlyList<CountedPod> pods, Condition ready, IReadOnlyList<Condition> before)
    {
        var named = (quota.Min + quota.Max).All.Select(amount => amount.Name).ToArray();
        var assigned = Sum(named, pods);
        return new ElasticQuotaStatus
        {
            Used = Written(Sum(named, pods.Where(pod => pod.IsRunning))),
            Assigned = Written(assigned),
            Borrowed = Written(quota.Min.All.Select(min => (min.Name, assigned[min.Name] - min.Amount)).Where(amount => amount.Item2 > 0)),
            Conditions = [.. before.Where(other => other.Type != QuotaReadiness.Type), ready],
        };
    }

    private static ResourceAmounts Sum(string[] named, IEnumerable<CountedPod> pods)
    {
        var sums = new Int128[named.Length];
        foreach (var pod in pods)
        {
            for (var at = 0; at < named.Length; at++)
            {
                sums[at] += pod.Pod.Request[named[at]];
            }
        }

        return ResourceAmounts.Of(named.Select((name, at) => KeyValuePair.Create(name, (long)Int128.Clamp(sums[at], 0, long.MaxValue))));
    }

    private static Dictionary<string, Quantity> Written(ResourceAmounts amounts) => Written(amounts.All);

    private static Dictionary<string, Quantity> Written(IEnumerable<(string Name, long Amount)> amounts) =>
        amounts.ToDictionary(amount => amount.Name, amount => QuotaQuantity.Of(amount.Name, amount.Amount), StringComparer.Ordinal);
}
