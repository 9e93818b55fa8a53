using Nos.Scheduling.Cluster.State;
using Nos.Scheduling.Quotas;
using Nos.Scheduling.Resources;

namespace Nos.Scheduling.Cluster.Quotas;

/// <summary>Shows quotas, by the ledger that decisions go by. Metrics, <c>/api/quotas</c> and <c>kubectl nos top quotas</c> show the same.</summary>
public static class QuotaViews
{
    /// <summary>All quotas in order of namespace and name, a composite before an ElasticQuota of the same name.</summary>
    /// <param name="known">The quotas.</param>
    /// <param name="state">The pods, and what each asks for.</param>
    public static IReadOnlyList<QuotaView> Of(KnownQuotas known, ClusterState state)
    {
        Quota[] quotas = [.. known.OfOne.Select(QuotaReading.Of), .. known.OfSeveral.Select(QuotaReading.Of)];
        var ledger = QuotaLedger.Of(quotas);
        var running = new Dictionary<QuotaKey, ResourceAmounts>();
        foreach (var space in quotas.SelectMany(quota => quota.Namespaces).Distinct(StringComparer.Ordinal))
        {
            var ruler = ledger.RulerOf(space)!.Key;
            var pods = state.BoundIn(space).Select(pod => (pod.Phase, Request: state.RequestOf(pod))).ToList();
            ledger = ledger.Taking(space, Sum(pods.Select(pod => pod.Request)));
            running[ruler] = running.GetValueOrDefault(ruler) + Sum(pods.Where(pod => pod.Phase == "Running").Select(pod => pod.Request));
        }

        return
        [
            .. quotas
                .OrderBy(quota => quota.Key.Namespace, StringComparer.Ordinal)
                .ThenBy(quota => quota.Key.Name, StringComparer.Ordinal)
                .ThenByDescending(quota => quota.Key.IsComposite)
                .Select(quota => Of(quota, ledger, running.GetValueOrDefault(quota.Key))),
        ];
    }

    private static QuotaView Of(Quota quota, QuotaLedger ledger, ResourceAmounts running)
    {
        string[] ruled = [.. quota.Namespaces.Where(space => ledger.RulerOf(space)!.Key == quota.Key).Order(StringComparer.Ordinal)];
        var balances = ruled.Length > 0 ? QuotaBalances.In(ledger, ruled[0]) : QuotaBalances.OfNobody(quota);
        return new QuotaView(
            quota.Key, ruled, ruled.Length > 0 ? null : WhyNone(quota, ledger), [.. balances.Select(balance => new QuotaResourceView(balance, running[balance.Resource]))]);
    }

    private static string WhyNone(Quota quota, QuotaLedger ledger) => quota.Namespaces.IsEmpty
        ? "it names no namespace"
        : string.Join("; ", quota.Namespaces.Select(space => (space, Ruler: ledger.RulerOf(space)!.Key))
            .GroupBy(one => one.Ruler, one => one.space)
            .Select(group => $"{string.Join(", ", group)} is under {group.Key}{(group.Key.IsComposite == quota.Key.IsComposite ? ", which is older" : "")}"));

    private static ResourceAmounts Sum(IEnumerable<ResourceAmounts> requests) => requests.Aggregate(default(ResourceAmounts), (sum, request) => sum + request);
}
