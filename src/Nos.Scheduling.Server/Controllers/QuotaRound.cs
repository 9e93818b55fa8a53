using Nos.Scheduling.Cluster.State;
using Nos.Scheduling.Planning;
using Nos.Scheduling.Quotas;

namespace Nos.Scheduling.Server.Controllers;

/// <summary>Judges the pods of a batch by their quotas, one after the other: what one takes is gone for the next.</summary>
internal static class QuotaRound
{
    /// <summary>The pods to plan for, and those that their quotas refuse, each with what its quota says.</summary>
    /// <param name="pods">The batch.</param>
    /// <param name="state">The quotas and what is used of them.</param>
    internal static (IReadOnlyList<PendingPod> Planned, IReadOnlyList<(PodRecord Pod, QuotaVerdict Verdict)> Refused) Of(IReadOnlyList<PodRecord> pods, ClusterState state)
    {
        var byUid = pods.ToDictionary(pod => pod.Uid, StringComparer.Ordinal);
        var planned = new List<PendingPod>();
        var refused = new List<(PodRecord, QuotaVerdict)>();
        var ledger = state.Ledger;
        foreach (var pending in PlanningOrder.Sort(pods.Select(pod => pod.ToPending())))
        {
            var pod = byUid[pending.Uid];
            var isKept = state.FindReservation(pod.Uid) is not null || state.FindClaim(pod.Uid) is { IsRest: false };
            var verdict = isKept ? state.Judge(pod) : ledger.Judge(pod.Namespace, state.RequestOf(pod));
            if (!verdict.IsAllowed)
            {
                refused.Add((pod, verdict));
                continue;
            }

            // What is kept counts already.
            ledger = isKept ? ledger : ledger.Taking(pod.Namespace, state.RequestOf(pod));
            planned.Add(pending);
        }

        return (planned, refused);
    }
}
