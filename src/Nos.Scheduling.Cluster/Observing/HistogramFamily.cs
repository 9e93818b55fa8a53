using System.Buffers;
using System.Diagnostics.Metrics;

namespace Nos.Scheduling.Cluster.Observing;

/// <summary>A histogram that is observed directly. Keep the series where labels are known beforehand.</summary>
public sealed class HistogramFamily
{
    private readonly MetricDefinition metric;
    private readonly string[] bounds;
    private readonly SeriesTable<HistogramSeries> table;

    internal HistogramFamily(Meter meter, MetricDefinition metric)
    {
        var instrument = meter.CreateHistogram(
            metric.Name, "s", metric.Help, advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = metric.Buckets });
        double[] buckets = [.. metric.Buckets];
        this.metric = metric;
        bounds = [.. buckets.Append(double.PositiveInfinity).Select(ExpositionText.Number)];
        table = new SeriesTable<HistogramSeries>(metric, tags => new HistogramSeries(buckets, instrument, tags));
    }

    /// <summary>The series with these labels; exposed, empty, from the first call on.</summary>
    /// <param name="first">The first label's value; empty where the metric has none.</param>
    /// <param name="second">The second label's value; empty where the metric has none.</param>
    /// <exception cref="ArgumentException">The metric has another number of labels.</exception>
    public HistogramSeries With(string first = "", string second = "") => table.With(first, second);

    internal void Write(IBufferWriter<byte> writer)
    {
        foreach (var (labels, series) in table.Ordered)
        {
            var (counts, total) = (series.Counts(), 0L);
            for (var bucket = 0; bucket < counts.Length; bucket++)
            {
                total += counts[bucket];
                ExpositionText.WriteSample(writer, metric, "_bucket", labels, bounds[bucket], total);
            }

            ExpositionText.WriteSample(writer, metric, "_sum", labels, null, series.Sum);
            ExpositionText.WriteSample(writer, metric, "_count", labels, null, total);
        }
    }
}
