using System.Collections.Immutable;
using Nos.Scheduling.Cluster.Quotas;
using Nos.Scheduling.Cluster.State;
using Nos.Scheduling.Preempting;
using Nos.Scheduling.Quotas;

namespace Nos.Scheduling.Cluster.Reclaiming;

/// <summary>Gathers what reclaim is decided on, and remembers what it made of pods that have not changed.</summary>
/// <param name="state">What is known of the cluster.</param>
/// <param name="isExcluded">Whether the pods of a namespace are left alone.</param>
/// <param name="reclaimsUnquoted">Whether guarantees hold against pods without quota too.</param>
/// <param name="time">The clock of running times.</param>
public sealed class ReclaimScenes(ClusterState state, Predicate<string> isExcluded, bool reclaimsUnquoted, TimeProvider time)
{
    private readonly Lock gate = new();
    private Dictionary<string, (PodRecord Record, QuotaPod Pod)> known = new(StringComparer.Ordinal);

    /// <summary>The cluster now. Who makes way for a claim counts as going already, and who claims as coming, so that nothing is taken or given twice.</summary>
    /// <param name="budgets">The disruption budgets.</param>
    /// <param name="claimant">The uid of the pod that is decided for: its own claim does not count; <see langword="null"/> where it has none.</param>
    /// <param name="evicted">Uids of pods that have been sent away, be it that nobody has told of it yet.</param>
    public ReclaimScene Gather(DisruptionBudgets budgets, string? claimant, IEnumerable<string> evicted)
    {
        lock (gate)
        {
            return GatherLocked(budgets, claimant, evicted);
        }
    }

    /// <summary>The waiting pod as reclaim sees it.</summary>
    public static Preemptor PreemptorOf(ClusterState state, PodRecord pod) => new(pod.Uid, pod.Namespace, pod.Priority, pod.MayPreempt, pod.Demand, pod.Requirements, state.RequestOf(pod));

    private ReclaimScene GatherLocked(DisruptionBudgets budgets, string? claimant, IEnumerable<string> evicted)
    {
        var claims = state.Claims().Where(claim => claim.Pod.Uid != claimant).ToList();
        var leaving = claims.SelectMany(claim => claim.Claim.Victims).Select(victim => victim.Uid).Concat(evicted).ToHashSet(StringComparer.Ordinal);
        var ledger = claimant is not null && state.FindReservation(claimant) is null && state.FindClaim(claimant) is { IsRest: false } && state.FindPod(claimant) is { } own
            ? state.Ledger.Giving(own.Namespace, state.RequestOf(own))
            : state.Ledger;
        var excluded = new Dictionary<string, bool>(StringComparer.Ordinal);
        var seen = new Dictionary<string, (PodRecord Record, QuotaPod Pod)>(known.Count, StringComparer.Ordinal);
        var pods = ImmutableArray.CreateBuilder<BoundPod>();
        foreach (var record in state.Bound())
        {
            var entry = seen[record.Uid] = known.TryGetValue(record.Uid, out var before) && ReferenceEquals(before.Record, record) ? before : (record, CountedPods.Of(state, record));
            if (!excluded.TryGetValue(record.Namespace, out var isLeftAlone))
            {
                excluded[record.Namespace] = isLeftAlone = isExcluded(record.Namespace);
            }

            pods.Add(new BoundPod(
                entry.Pod, record.NodeName!, record.Demand, record.Started, record.IsTerminating || leaving.Contains(record.Uid), record.IsTiedToNode || isLeftAlone)
            {
                Budgets = [.. budgets.Of(record)],
            });
        }

        known = seen;
        return new ReclaimScene(claimant is null ? state.Current : state.CurrentWithoutClaimOf(claimant), ledger, pods.ToImmutable(), budgets.Allowed, time.GetUtcNow(), reclaimsUnquoted);
    }
}
