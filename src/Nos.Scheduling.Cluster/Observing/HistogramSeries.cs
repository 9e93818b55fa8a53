using System.Diagnostics.Metrics;

namespace Nos.Scheduling.Cluster.Observing;

/// <summary>A histogram with its labels decided. Observing takes no lock and allocates nothing.</summary>
public sealed class HistogramSeries
{
    private readonly double[] bounds;
    private readonly long[] counts;
    private readonly Histogram<double> instrument;
    private readonly KeyValuePair<string, object?>[] tags;
    private double sum;

    internal HistogramSeries(double[] bounds, Histogram<double> instrument, KeyValuePair<string, object?>[] tags)
    {
        (this.bounds, this.instrument, this.tags) = (bounds, instrument, tags);
        counts = new long[bounds.Length + 1];
    }

    /// <summary>The sum of all observations, in the metric's unit.</summary>
    public double Sum => Volatile.Read(ref sum);

    /// <summary>Observes how long something took, in seconds.</summary>
    public void Observe(TimeSpan elapsed) => Observe(elapsed.TotalSeconds);

    /// <summary>Observes a value, in the metric's unit. What is no number does not count: one such value would spoil the sum for good.</summary>
    public void Observe(double value)
    {
        if (double.IsNaN(value))
        {
            return;
        }

        var bucket = 0;
        while (bucket < bounds.Length && value > bounds[bucket])
        {
            bucket++;
        }

        Interlocked.Increment(ref counts[bucket]);
        AddToSum(value);
        instrument.Record(value, tags);
    }

    /// <summary>How many observations fell into each bucket, the one without a bound last.</summary>
    internal long[] Counts() => Array.ConvertAll(counts, count => count);

    private void AddToSum(double value)
    {
        var seen = Volatile.Read(ref sum);
        while (true)
        {
            var before = Interlocked.CompareExchange(ref sum, seen + value, seen);
            if (BitConverter.DoubleToInt64Bits(before) == BitConverter.DoubleToInt64Bits(seen))
            {
                return;
            }

            seen = before;
        }
    }
}
