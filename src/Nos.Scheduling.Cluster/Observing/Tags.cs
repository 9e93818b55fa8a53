namespace Nos.Scheduling.Cluster.Observing;

/// <summary>Labels as instruments take them.</summary>
internal static class Tags
{
    /// <summary>Names with values, in order; empty values are left out.</summary>
    internal static KeyValuePair<string, object?>[] Of(MetricDefinition metric, ReadOnlySpan<string> labels)
    {
        var tags = new List<KeyValuePair<string, object?>>(labels.Length);
        for (var index = 0; index < labels.Length; index++)
        {
            if (labels[index].Length > 0)
            {
                tags.Add(new(metric.Labels[index], labels[index]));
            }
        }

        return [.. tags];
    }
}
