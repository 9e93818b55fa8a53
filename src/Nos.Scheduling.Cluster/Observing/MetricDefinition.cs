namespace Nos.Scheduling.Cluster.Observing;

/// <summary>A metric: its name, its meaning and its labels. Compared by reference: each is declared once.</summary>
public sealed class MetricDefinition
{
    private MetricDefinition(string name, MetricType type, string help, string[] labels, double[] buckets) =>
        (Name, Type, Help, Labels, Buckets) = (name, type, help, labels, buckets);

    /// <summary>The name as it is exposed, with its unit, and <c>_total</c> for a counter.</summary>
    public string Name { get; }

    /// <summary>What the numbers mean.</summary>
    public MetricType Type { get; }

    /// <summary>One sentence, without a full stop.</summary>
    public string Help { get; }

    /// <summary>The names of its labels, in the order in which values are given.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>A histogram's upper bounds, ascending, in the metric's unit; the last bucket, without a bound, is not among them. Else empty.</summary>
    public IReadOnlyList<double> Buckets { get; }

    /// <summary>A counter.</summary>
    public static MetricDefinition Counter(string name, string help, params string[] labels) => new(name, MetricType.Counter, help, labels, []);

    /// <summary>A gauge.</summary>
    public static MetricDefinition Gauge(string name, string help, params string[] labels) => new(name, MetricType.Gauge, help, labels, []);

    /// <summary>A histogram.</summary>
    public static MetricDefinition Histogram(string name, string help, double[] buckets, params string[] labels) =>
        new(name, MetricType.Histogram, help, labels, buckets);

    /// <inheritdoc/>
    public override string ToString() => Name;
}
