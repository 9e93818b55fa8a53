using System.Buffers;
using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.IO.Pipelines;
using Microsoft.Extensions.Logging;

namespace Nos.Scheduling.Cluster.Observing;

/// <summary>
/// All metrics of one process (or of one server in a test process): what is counted and observed directly, and collectors, which are asked at each scrape,
/// so that the series of an object that is gone are gone too. Every number also reaches the <see cref="Meter"/> named
/// <see cref="MeterName"/>, for whatever exporter listens.
/// </summary>
/// <remarks>Safe for any number of threads.</remarks>
public sealed partial class MetricRegistry : IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Nos.Scheduling";

    private const int FlushAbove = 64 * 1024;

    private readonly Meter meter;
    private readonly ILogger logger;
    private readonly MetricDefinition[] metrics;
    private readonly ConcurrentDictionary<MetricDefinition, CounterFamily> counters = new();
    private readonly ConcurrentDictionary<MetricDefinition, HistogramFamily> histograms = new();
    private readonly ConcurrentDictionary<MetricDefinition, Lazy<CollectorList>> collectors = new();

    /// <summary>Knows all of <see cref="NosMetrics"/> and <see cref="ProcessMetrics"/>, and has the process' own numbers.</summary>
    /// <param name="logger">Told of collectors that fail.</param>
    public MetricRegistry(ILogger<MetricRegistry> logger)
    {
        this.logger = logger;
        meter = new Meter(new MeterOptions(MeterName) { Scope = this });
        metrics = [.. NosMetrics.All.Concat(ProcessMetrics.All).OrderBy(metric => metric.Name, StringComparer.Ordinal)];
        ProcessMetrics.Collect(this);
    }

    /// <summary>A counter to count with; <see cref="MetricType.Counter"/> only.</summary>
    /// <exception cref="ArgumentException">The metric is of another type, or not known here.</exception>
    public CounterFamily Counter(MetricDefinition metric) =>
        counters.GetOrAdd(Known(metric, MetricType.Counter), (key, owner) => new CounterFamily(owner.meter, key), this);

    /// <summary>A histogram to observe with; <see cref="MetricType.Histogram"/> only.</summary>
    /// <exception cref="ArgumentException">The metric is of another type, or not known here.</exception>
    public HistogramFamily Histogram(MetricDefinition metric) =>
        histograms.GetOrAdd(Known(metric, MetricType.Histogram), (key, owner) => new HistogramFamily(owner.meter, key), this);

    /// <summary>Asks this function for the gauge's or counter's samples at each scrape.</summary>
    /// <param name="metric">A gauge or counter; may have several collectors, as long as their labels differ.</param>
    /// <param name="collector">Called by any thread, by several at once; always in the same order for the same state. What it throws is logged.</param>
    /// <returns>Dispose it to stop asking.</returns>
    /// <exception cref="ArgumentException">The metric is a histogram, or not known here.</exception>
    public IDisposable Collect(MetricDefinition metric, Action<ISampleSink> collector)
    {
        Known(metric, metric.Type == MetricType.Counter ? MetricType.Counter : MetricType.Gauge);
        return collectors.GetOrAdd(metric, (key, owner) => new Lazy<CollectorList>(() => owner.Attach(key)), this).Value.Add(collector);
    }

    /// <summary>Writes all metrics in ordinal order of names: help and type of every one, and the samples that there are.</summary>
    public void Write(IBufferWriter<byte> writer)
    {
        foreach (var metric in metrics)
        {
            Write(writer, metric);
        }
    }

    /// <summary>As <see cref="Write(IBufferWriter{byte})"/>, sending what is written as it grows.</summary>
    public async Task WriteAsync(PipeWriter writer, CancellationToken cancellation)
    {
        foreach (var metric in metrics)
        {
            Write(writer, metric);
            if (!writer.CanGetUnflushedBytes || writer.UnflushedBytes > FlushAbove)
            {
                await writer.FlushAsync(cancellation);
            }
        }

        await writer.FlushAsync(cancellation);
    }

    /// <summary>Ends the meter. What was counted can still be written.</summary>
    public void Dispose() => meter.Dispose();

    private void Write(IBufferWriter<byte> writer, MetricDefinition metric)
    {
        ExpositionText.WriteHeader(writer, metric);
        counters.GetValueOrDefault(metric)?.Write(writer);
        histograms.GetValueOrDefault(metric)?.Write(writer);
        collectors.GetValueOrDefault(metric)?.Value.Write(writer);
    }

    private CollectorList Attach(MetricDefinition metric)
    {
        var list = new CollectorList(metric, LogCollectorFailed);
        list.Attach(meter);
        return list;
    }

    private MetricDefinition Known(MetricDefinition metric, MetricType type) => metric.Type == type && metrics.Contains(metric)
        ? metric
        : throw new ArgumentException($"{metric} is a {metric.Type} and cannot be used as a {type}, or nobody has declared it.", nameof(metric));

    [LoggerMessage(EventId = 901, Level = LogLevel.Warning, Message = "The samples of {Metric} could not all be collected")]
    private partial void LogCollectorFailed(MetricDefinition metric, Exception exception);
}
