namespace Nos.Scheduling.Cluster.Observing;

/// <summary>What a metric's numbers mean, in Prometheus' words.</summary>
public enum MetricType
{
    /// <summary>Only ever grows, but for restarts; its name ends in <c>_total</c>.</summary>
    Counter,

    /// <summary>Goes up and down.</summary>
    Gauge,

    /// <summary>Observations, counted by size.</summary>
    Histogram,
}
