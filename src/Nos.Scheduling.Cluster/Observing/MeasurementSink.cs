using System.Diagnostics.Metrics;

namespace Nos.Scheduling.Cluster.Observing;

/// <summary>Keeps a collector's samples for a listener of <see cref="System.Diagnostics.Metrics"/>.</summary>
internal sealed class MeasurementSink(MetricDefinition metric) : ISampleSink
{
    private readonly List<Measurement<double>> measurements = [];

    /// <summary>What was added, in order.</summary>
    internal IEnumerable<Measurement<double>> Measurements => measurements;

    /// <inheritdoc/>
    public void Add(double value, params ReadOnlySpan<string> labels)
    {
        LabelCounts.Check(metric, labels.Length);
        measurements.Add(new Measurement<double>(value, Tags.Of(metric, labels)));
    }
}
