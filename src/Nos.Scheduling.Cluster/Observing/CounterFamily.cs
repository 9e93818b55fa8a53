using System.Buffers;
using System.Diagnostics.Metrics;

namespace Nos.Scheduling.Cluster.Observing;

/// <summary>A counter that is counted directly. Keep the series where labels are known beforehand.</summary>
public sealed class CounterFamily
{
    private readonly MetricDefinition metric;
    private readonly SeriesTable<CounterSeries> table;

    internal CounterFamily(Meter meter, MetricDefinition metric)
    {
        var instrument = meter.CreateCounter<long>(metric.Name, null, metric.Help);
        this.metric = metric;
        table = new SeriesTable<CounterSeries>(metric, tags => new CounterSeries(instrument, tags));
    }

    /// <summary>The series with these labels; exposed, with 0, from the first call on.</summary>
    /// <param name="first">The first label's value; empty where the metric has none.</param>
    /// <param name="second">The second label's value; empty where the metric has none.</param>
    /// <exception cref="ArgumentException">The metric has another number of labels.</exception>
    public CounterSeries With(string first = "", string second = "") => table.With(first, second);

    internal void Write(IBufferWriter<byte> writer)
    {
        foreach (var (labels, series) in table.Ordered)
        {
            ExpositionText.WriteSample(writer, metric, string.Empty, labels, null, series.Value);
        }
    }
}
