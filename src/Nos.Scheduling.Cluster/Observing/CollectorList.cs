using System.Buffers;
using System.Diagnostics.Metrics;

namespace Nos.Scheduling.Cluster.Observing;

/// <summary>The collectors of one metric, in the order in which they were added.</summary>
internal sealed class CollectorList(MetricDefinition metric, Action<MetricDefinition, Exception> failed)
{
    private readonly Lock gate = new();
    private volatile Action<ISampleSink>[] collectors = [];

    /// <summary>Adds a collector until the returned object is disposed.</summary>
    internal IDisposable Add(Action<ISampleSink> collector)
    {
        lock (gate)
        {
            collectors = [.. collectors, collector];
        }

        return new Removal(() =>
        {
            lock (gate)
            {
                collectors = [.. collectors.Where(other => other != collector)];
            }
        });
    }

    /// <summary>Makes the list readable for any listener of the meter.</summary>
    internal void Attach(Meter meter)
    {
        if (metric.Type == MetricType.Counter)
        {
            meter.CreateObservableCounter(metric.Name, Measure, null, metric.Help);
        }
        else
        {
            meter.CreateObservableGauge(metric.Name, Measure, null, metric.Help);
        }
    }

    internal void Write(IBufferWriter<byte> writer) => Collect(new ExpositionSink(writer, metric));

    private IEnumerable<Measurement<double>> Measure()
    {
        var sink = new MeasurementSink(metric);
        Collect(sink);
        return sink.Measurements;
    }

    /// <summary>A collector that fails loses the rest of its samples, and nobody else's.</summary>
    private void Collect(ISampleSink sink)
    {
        foreach (var collector in collectors)
        {
            try
            {
                collector(sink);
            }
            catch (Exception exception)
            {
                failed(metric, exception);
            }
        }
    }

    private sealed class Removal(Action remove) : IDisposable
    {
        public void Dispose() => remove();
    }
}
