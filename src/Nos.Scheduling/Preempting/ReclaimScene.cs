using System.Collections.Immutable;
using Nos.Scheduling.Nodes;
using Nos.Scheduling.Quotas;

namespace Nos.Scheduling.Preempting;

/// <summary>All that reclaim looks at, at one moment: nodes, quotas, bound pods and budgets. Immutable; made once and asked for any number of pods.</summary>
/// <remarks>What several questions need (who is over quota, who is where) is worked out when it is first asked for, and kept. Not shared between threads.</remarks>
public sealed class ReclaimScene
{
    private readonly Lazy<SceneIndex> index;
    private readonly Lazy<QuotaLedger> ledgerToCome;

    /// <summary>Takes the parts together.</summary>
    /// <param name="cluster">The nodes.</param>
    /// <param name="ledger">The quotas and what is used of them, by bound pods and by what is reserved.</param>
    /// <param name="pods">The bound pods that have not ended, in any order; of two with one uid one counts.</param>
    /// <param name="budgets">By key of a PodDisruptionBudget how many pods it lets go now; one that is not named lets none go.</param>
    /// <param name="moment">Now: running time is counted up to here.</param>
    /// <param name="reclaimsUnquoted">Whether pods without a quota count as over-quota pods of a quota with min 0 (rule Q4).</param>
    public ReclaimScene(
        ClusterSnapshot cluster,
        QuotaLedger ledger,
        ImmutableArray<BoundPod> pods,
        IReadOnlyDictionary<string, int> budgets,
        DateTimeOffset moment,
        bool reclaimsUnquoted = false)
    {
        (Cluster, Ledger, Pods, Budgets, Moment, ReclaimsUnquoted) = (cluster, ledger, pods, budgets, moment, reclaimsUnquoted);
        index = new Lazy<SceneIndex>(() => new SceneIndex(this));
        ledgerToCome = new Lazy<QuotaLedger>(() => Pods.Where(pod => pod.IsTerminating)
            .Aggregate(Ledger, (before, pod) => before.Giving(pod.Pod.Namespace, pod.Pod.Request)));
    }

    /// <summary>The nodes.</summary>
    public ClusterSnapshot Cluster { get; }

    /// <summary>The quotas and what is used of them.</summary>
    public QuotaLedger Ledger { get; }

    /// <summary>The bound pods that have not ended.</summary>
    public ImmutableArray<BoundPod> Pods { get; }

    /// <summary>By key of a PodDisruptionBudget how many pods it lets go now.</summary>
    public IReadOnlyDictionary<string, int> Budgets { get; }

    /// <summary>Now.</summary>
    public DateTimeOffset Moment { get; }

    /// <summary>Whether pods without a quota count as over-quota pods of a quota with min 0.</summary>
    public bool ReclaimsUnquoted { get; }

    /// <summary>The ledger once the pods that are terminating have gone: by it entitlements are judged, so that nothing is taken twice.</summary>
    internal QuotaLedger LedgerToCome => ledgerToCome.Value;

    /// <summary>Who is where.</summary>
    internal SceneIndex Index => index.Value;
}
