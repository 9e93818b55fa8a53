using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Fitting;

/// <summary>Judges a pod against the whole cluster at once.</summary>
public static class ClusterFit
{
    /// <summary>
    /// <see cref="Misfit.None"/> where some node takes the pod; else the reason that is nearest to a yes: one that eviction may help before one that it may
    /// not, the one most nodes give among equals, then the first by name. <see cref="Misfit.NodeNotManaged"/> in a cluster without nodes.
    /// </summary>
    public static Misfit WhyNot(ClusterSnapshot cluster, PodDemand demand)
    {
        var counts = new Dictionary<Misfit, int>();
        var filter = new NodeFilter(demand);
        foreach (var node in cluster.Nodes)
        {
            var misfit = filter.Check(node);
            if (misfit == Misfit.None)
            {
                return Misfit.None;
            }

            counts[misfit] = counts.GetValueOrDefault(misfit) + 1;
        }

        return counts
            .OrderByDescending(count => count.Key.IsResolvable())
            .ThenBy(count => count.Key == Misfit.NodeNotManaged)
            .ThenByDescending(count => count.Value)
            .ThenBy(count => count.Key.Name(), StringComparer.Ordinal)
            .Select(count => count.Key)
            .DefaultIfEmpty(Misfit.NodeNotManaged)
            .First();
    }
}
