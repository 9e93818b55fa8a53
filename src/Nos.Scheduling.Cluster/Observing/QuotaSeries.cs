using Nos.Scheduling.Cluster.Quotas;

namespace Nos.Scheduling.Cluster.Observing;

/// <summary>Metrics of quotas, worked out at each scrape.</summary>
public static class QuotaSeries
{
    /// <summary>
    /// Collects <see cref="NosMetrics.QuotaMin"/>, Max, Used, Assigned and Borrowed: one series a quota and resource that it names. A quota that rules no
    /// namespace has none; of two quotas with one namespace and name the composite is told, as the labels cannot tell them apart.
    /// </summary>
    /// <param name="metrics">Where to.</param>
    /// <param name="read">The quotas at this moment, a composite before an ElasticQuota of the same name; called by any thread.</param>
    public static void CollectQuotas(this MetricRegistry metrics, Func<IReadOnlyList<QuotaView>> read)
    {
        Collect(NosMetrics.QuotaMin, view => view.Balance.Min);
        Collect(NosMetrics.QuotaMax, view => view.Balance.Max);
        Collect(NosMetrics.QuotaUsed, view => view.Used);
        Collect(NosMetrics.QuotaAssigned, view => view.Balance.Assigned);
        Collect(NosMetrics.QuotaBorrowed, view => view.Balance.Min is null ? null : view.Balance.Borrowed);

        void Collect(MetricDefinition metric, Func<QuotaResourceView, long?> amount) => metrics.Collect(metric, sink =>
        {
            foreach (var quota in read().Where(quota => quota.RulesNone is null).DistinctBy(quota => (quota.Key.Namespace, quota.Key.Name)))
            {
                foreach (var view in quota.Resources)
                {
                    if (amount(view) is { } known)
                    {
                        sink.Add(view.Balance.Resource == "cpu" ? known / 1000.0 : known, quota.Key.Namespace, quota.Key.Name, view.Balance.Resource);
                    }
                }
            }
        });
    }
}
