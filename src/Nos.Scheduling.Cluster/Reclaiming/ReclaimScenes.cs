using Nos.Scheduling.Cluster.Quotas;
using Nos.Scheduling.Cluster.State;
using Nos.Scheduling.Preempting;

namespace Nos.Scheduling.Cluster.Reclaiming;

/// <summary>Makes of a cluster what reclaim looks at.</summary>
public static class ReclaimScenes
{
    /// <summary>The cluster as reclaim is to see it for one pod: room that others make way for on its behalf is not held against it.</summary>
    /// <param name="state">Nodes, quotas and pods.</param>
    /// <param name="preemptor">The uid of the pod that wants room.</param>
    /// <param name="budgets">The PodDisruptionBudgets.</param>
    /// <param name="isExcluded">Whether the pods of a namespace are left alone, by its name: then they are no victims either.</param>
    /// <param name="moment">Now.</param>
    /// <param name="reclaimsUnquoted">Whether guarantees hold against pods without quota, too (rule Q4).</param>
    public static ReclaimScene Of(
        ClusterState state, string preemptor, DisruptionBudgets budgets, Func<string, bool> isExcluded, DateTimeOffset moment, bool reclaimsUnquoted) => new(
        state.CurrentWithoutClaimOf(preemptor), state.Ledger, [.. state.Bound().Select(pod => Of(state, pod, budgets, isExcluded))], budgets.Allowed, moment, reclaimsUnquoted);

    /// <summary>The pod as reclaim sees one that wants room.</summary>
    public static Preemptor PreemptorOf(ClusterState state, PodRecord pod) =>
        new(pod.Uid, pod.Namespace, pod.Priority, pod.MayPreempt, pod.Demand, pod.Requirements, state.RequestOf(pod));

    private static BoundPod Of(ClusterState state, PodRecord pod, DisruptionBudgets budgets, Func<string, bool> isExcluded) => new(
        CountedPods.Of(state, pod), pod.NodeName!, pod.Demand, pod.Started, pod.IsTerminating, pod.IsTiedToNode || isExcluded(pod.Namespace))
    {
        Budgets = [.. budgets.Of(pod)],
    };
}
