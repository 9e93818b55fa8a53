using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Cluster.Reclaiming;
using Nos.Scheduling.Cluster.State;
using Nos.Scheduling.Preempting;

namespace Nos.Scheduling.Server.Extender;

/// <summary>Judges where kube-scheduler would preempt: whom our rules protect is no victim, and whom they allow is added.</summary>
/// <param name="state">What is known of the cluster.</param>
/// <param name="scenes">Gathers what is decided on.</param>
/// <param name="budgets">Reads the disruption budgets.</param>
internal sealed class PreemptionVerdicts(ClusterState state, ReclaimScenes scenes, Func<CancellationToken, Task<DisruptionBudgets>> budgets)
{
    /// <summary>The nodes that stand, with the victims to report.</summary>
    /// <param name="pod">Who preempts.</param>
    /// <param name="candidates">What the scheduler proposes.</param>
    /// <param name="cancellation">Ends the call.</param>
    internal async Task<IReadOnlyList<PreemptionCandidate>> ReviewAsync(PodDocument pod, IReadOnlyList<PreemptionCandidate> candidates, CancellationToken cancellation)
    {
        // Others make way for it already: nobody is served twice at once.
        if (candidates.Count == 0 || PodRecords.Of(pod) is not { } record || state.FindClaim(record.Uid) is { IsRest: false })
        {
            return [];
        }

        var scene = scenes.Gather(await BudgetsAsync(cancellation), record.Uid, evicted: []);

        return PreemptionReview.Decide(scene, ReclaimScenes.PreemptorOf(state, record), candidates);
    }

    /// <summary>Without them the scheduler's own counts of violations stand: it waits for no list that does not come.</summary>
    private async Task<DisruptionBudgets> BudgetsAsync(CancellationToken cancellation)
    {
        try
        {
            return await budgets(cancellation);
        }
        catch (KubeApiException)
        {
            return DisruptionBudgets.None;
        }
    }
}
