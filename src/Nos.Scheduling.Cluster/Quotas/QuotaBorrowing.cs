using Nos.Scheduling.Cluster.State;
using Nos.Scheduling.Quotas;

namespace Nos.Scheduling.Cluster.Quotas;

/// <summary>Who borrows a resource.</summary>
/// <param name="Resource">Which.</param>
/// <param name="Quotas">The quotas that are above their min in it, the one that borrows most first, then by namespace and name.</param>
/// <param name="Pods">Over-quota pods of these that have some of it: of lower priority first, then the youngest, then by namespace and name.</param>
public sealed record QuotaBorrowing(string Resource, IReadOnlyList<QuotaBorrower> Quotas, IReadOnlyList<BorrowingPod> Pods)
{
    /// <summary>Who borrows it now, by the ledger and by rule L1.</summary>
    /// <param name="state">Quotas and pods.</param>
    /// <param name="resource">Which.</param>
    /// <param name="but">A quota that is left out: that of the pod which wants it; <see langword="null"/> for none.</param>
    public static QuotaBorrowing Of(ClusterState state, string resource, QuotaKey? but)
    {
        var ledger = state.Ledger;
        var borrowers = ledger.Quotas
            .Where(quota => quota.Key != but)
            .Select(quota => (Quota: quota, Borrowed: Borrowed(ledger, quota, resource)))
            .Where(one => one.Borrowed > 0)
            .OrderByDescending(one => one.Borrowed)
            .ThenBy(one => one.Quota.Key.Namespace, StringComparer.Ordinal)
            .ThenBy(one => one.Quota.Key.Name, StringComparer.Ordinal)
            .ToList();
        var pods = borrowers
            .SelectMany(one => QuotaStandings.Of(one.Quota, CountedPods.Of(state, one.Quota))
                .Where(standing => standing.Standing == QuotaStanding.OverQuota && standing.Pod.Request[resource] > 0)
                .Select(standing => new BorrowingPod(standing.Pod, one.Quota.Key, standing.Pod.Request[resource])))
            .OrderBy(pod => pod.Pod.Priority)
            .ThenByDescending(pod => pod.Pod.Created)
            .ThenBy(pod => pod.Pod.Namespace, StringComparer.Ordinal)
            .ThenBy(pod => pod.Pod.Name, StringComparer.Ordinal);
        return new QuotaBorrowing(resource, [.. borrowers.Select(one => new QuotaBorrower(one.Quota.Key, one.Borrowed))], [.. pods]);
    }

    private static long Borrowed(QuotaLedger ledger, Quota quota, string resource) => QuotaBalances
        .In(ledger, quota.Namespaces.First(space => ledger.RulerOf(space)?.Key == quota.Key))
        .FirstOrDefault(balance => balance.Resource == resource)?.Borrowed ?? 0;
}
