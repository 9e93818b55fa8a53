using System.Collections.Concurrent;

namespace Nos.Scheduling.Cluster.Observing;

/// <summary>A metric's series by their labels: at most two, which is all that is counted or observed directly.</summary>
/// <typeparam name="T">The series.</typeparam>
internal sealed class SeriesTable<T>(MetricDefinition metric, Func<KeyValuePair<string, object?>[], T> make)
    where T : class
{
    private readonly ConcurrentDictionary<(string First, string Second), T> series = new();

    /// <summary>The series with their labels, ordered by them.</summary>
    internal IEnumerable<(string[] Labels, T Series)> Ordered => series
        .OrderBy(entry => entry.Key.First, StringComparer.Ordinal)
        .ThenBy(entry => entry.Key.Second, StringComparer.Ordinal)
        .Select(entry => (Labels(entry.Key), entry.Value));

    /// <summary>The series, made at the first call. Later calls take no lock and allocate nothing.</summary>
    /// <exception cref="ArgumentException">The metric has another number of labels.</exception>
    internal T With(string first, string second)
    {
        if (series.TryGetValue((first, second), out var known))
        {
            return known;
        }

        LabelCounts.Check(metric, second.Length > 0 ? 2 : first.Length > 0 ? 1 : 0);
        return series.GetOrAdd((first, second), (key, table) => table.Make(key), this);
    }

    private T Make((string First, string Second) key) => make(Tags.Of(metric, Labels(key)));

    private string[] Labels((string First, string Second) key) => metric.Labels.Count switch
    {
        0 => [],
        1 => [key.First],
        _ => [key.First, key.Second],
    };
}
