using System.Diagnostics.Metrics;

namespace Nos.Scheduling.Cluster.Observing;

/// <summary>A counter with its labels decided. Adding takes one interlocked step and allocates nothing.</summary>
public sealed class CounterSeries
{
    private readonly Counter<long> instrument;
    private readonly KeyValuePair<string, object?>[] tags;
    private long value;

    internal CounterSeries(Counter<long> instrument, KeyValuePair<string, object?>[] tags) => (this.instrument, this.tags) = (instrument, tags);

    /// <summary>How much was added since the process began.</summary>
    public long Value => Interlocked.Read(ref value);

    /// <summary>Counts.</summary>
    /// <param name="count">Not negative.</param>
    public void Add(long count = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        Interlocked.Add(ref value, count);
        instrument.Add(count, tags);
    }
}
