using Nos.Scheduling.Cluster.Quotas;
using Nos.Scheduling.Quotas;

namespace Nos.Scheduling.Server.Controllers;

/// <summary>Decides which labels <c>nos.nebuly.com/capacity</c> have to be written anew. Pure. Rule L1.</summary>
internal static class CapacityPlan
{
    /// <summary>Of the pods of one quota those whose label says something else, in the order of the rule.</summary>
    /// <param name="quota">The quota.</param>
    /// <param name="pods">The bound pods, not ended, of all namespaces that it rules.</param>
    internal static IReadOnlyList<CapacityChange> Of(Quota quota, IReadOnlyList<CountedPod> pods)
    {
        var labels = pods.ToDictionary(pod => pod.Pod.Uid, pod => pod.Capacity, StringComparer.Ordinal);
        return
        [
            .. QuotaStandings.Of(quota, pods.Select(pod => pod.Pod))
                .Select(standing => new CapacityChange(standing.Pod, CapacityLabel.Of(standing.Standing)))
                .Where(change => labels[change.Pod.Uid] != change.Label),
        ];
    }

    /// <summary>Of the pods of a namespace that no quota rules those that have a label, by name.</summary>
    internal static IReadOnlyList<CapacityChange> OutsideQuotas(IEnumerable<CountedPod> pods) =>
    [
        .. pods.Where(pod => pod.Capacity is not null).OrderBy(pod => pod.Pod.Name, StringComparer.Ordinal).Select(pod => new CapacityChange(pod.Pod, null)),
    ];
}
