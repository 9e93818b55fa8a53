using Nos.Scheduling.Cluster.State;
using Nos.Scheduling.Quotas;

namespace Nos.Scheduling.Cluster.Quotas;

/// <summary>The pods that a quota counts.</summary>
public static class CountedPods
{
    /// <summary>The bound pods of all namespaces that the quota rules, in no order; without those that have ended.</summary>
    public static IEnumerable<QuotaPod> Of(ClusterState state, Quota quota)
    {
        var ledger = state.Ledger;
        return quota.Namespaces.Where(space => ledger.RulerOf(space)?.Key == quota.Key).SelectMany(state.BoundIn).Select(pod => Of(state, pod));
    }

    /// <summary>A pod as quotas see it.</summary>
    public static QuotaPod Of(ClusterState state, PodRecord pod) =>
        new(pod.Uid, pod.Namespace, pod.Name, pod.Created ?? DateTimeOffset.MaxValue, pod.Priority, state.RequestOf(pod));
}
