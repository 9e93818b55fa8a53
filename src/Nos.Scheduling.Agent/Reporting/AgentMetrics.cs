using Nos.Scheduling.Cluster.Observing;

namespace Nos.Scheduling.Agent.Reporting;

/// <summary>What agents count while they work; thousands of nodes of one process share it.</summary>
internal sealed class AgentMetrics
{
    private readonly HistogramFamily? partitioning;
    private readonly CounterSeries? errors;

    /// <summary>Counts into the registry.</summary>
    /// <param name="registry">Where to; <see langword="null"/>: nowhere.</param>
    public AgentMetrics(MetricRegistry? registry)
    {
        partitioning = registry?.Histogram(NosMetrics.PartitionDuration);
        errors = registry?.Counter(NosMetrics.ReconcileErrors).With("agent");
    }

    /// <summary>A slice was made or destroyed, or could not be.</summary>
    /// <param name="isMig">Whether it is a MIG instance.</param>
    /// <param name="succeeded">Whether the driver did it.</param>
    /// <param name="elapsed">How long that took.</param>
    public void ObserveStep(bool isMig, bool succeeded, TimeSpan elapsed) =>
        partitioning?.With(isMig ? "MIG" : "MPS", succeeded ? "ok" : "failed").Observe(elapsed);

    /// <summary>A round broke off.</summary>
    public void CountError() => errors?.Add();
}
