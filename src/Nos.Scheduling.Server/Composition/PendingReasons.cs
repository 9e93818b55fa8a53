using Nos.Scheduling.Cluster.State;
using Nos.Scheduling.Fitting;

namespace Nos.Scheduling.Server.Composition;

/// <summary>Why pods wait, counted.</summary>
internal static class PendingReasons
{
    /// <summary>
    /// By reason how many pods wait for slices or quota, in order of names. Each is judged anew: first whether it was translated at all, then by its quota, then on
    /// all nodes, where the reason nearest to a yes counts, or that others make way for it already. A pod that asks for no slice is told of where its quota refuses it, and it
    /// is our scheduler's or has the marker: others do not reach us.
    /// </summary>
    /// <param name="state">The cluster.</param>
    /// <param name="schedulerName">The scheduler all of whose pods reach us; empty where there is none, but one that sends us pods with slices.</param>
    internal static IEnumerable<(Misfit Reason, int Pods)> Of(ClusterState state, string schedulerName)
    {
        var cluster = state.Current;
        return state.Pods()
            .Where(pod => pod.IsWaiting)
            .Select(Reason)
            .Where(reason => reason != Misfit.None)
            .GroupBy(reason => reason)
            .OrderBy(group => group.Key.Name(), StringComparer.Ordinal)
            .Select(group => (group.Key, group.Count()));

        Misfit Reason(PodRecord pod)
        {
            if (pod.IsNotAdmitted)
            {
                return Misfit.NotAdmitted;
            }

            if (!pod.Demand.AsksForSlices && !pod.IsMarked && pod.SchedulerName != schedulerName)
            {
                return Misfit.None;
            }

            if (QuotaMisfits.Of(state.Judge(pod).Kind) is var refused and not Misfit.None)
            {
                return refused;
            }

            var misfit = pod.Demand.AsksForSlices ? ClusterFit.WhyNot(cluster, pod.Demand) : Misfit.None;
            return misfit.IsResolvable() && state.FindClaim(pod.Uid) is { IsRest: false } ? Misfit.WaitingForReclaim : misfit;
        }
    }
}
