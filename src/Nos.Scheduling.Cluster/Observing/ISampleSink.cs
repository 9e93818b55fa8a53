namespace Nos.Scheduling.Cluster.Observing;

/// <summary>Takes a collector's samples: into the exposition, or to whoever else listens.</summary>
public interface ISampleSink
{
    /// <summary>Takes one sample. No two of one collection may have the same labels.</summary>
    /// <param name="value">In the metric's unit.</param>
    /// <param name="labels">As many values as the metric has labels, in their order; an empty value leaves the label out. Not kept.</param>
    /// <exception cref="ArgumentException">Too few or too many values.</exception>
    void Add(double value, params ReadOnlySpan<string> labels);
}
