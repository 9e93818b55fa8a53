namespace Nos.Scheduling.Cluster.Observing;

/// <summary>Catches samples with the wrong number of labels where they are made.</summary>
internal static class LabelCounts
{
    /// <exception cref="ArgumentException">The metric has another number of labels.</exception>
    internal static void Check(MetricDefinition metric, int given)
    {
        if (given != metric.Labels.Count)
        {
            throw new ArgumentException($"{metric} has {metric.Labels.Count} labels, but {given} values were given.");
        }
    }
}
