using System.Buffers;

namespace Nos.Scheduling.Cluster.Observing;

/// <summary>Writes a collector's samples straight into the exposition.</summary>
internal sealed class ExpositionSink(IBufferWriter<byte> writer, MetricDefinition metric) : ISampleSink
{
    /// <inheritdoc/>
    public void Add(double value, params ReadOnlySpan<string> labels)
    {
        LabelCounts.Check(metric, labels.Length);
        ExpositionText.WriteSample(writer, metric, string.Empty, labels, null, value);
    }
}
