using System.Numerics;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Cluster.Observing;

/// <summary>How scattered the room on MIG nodes is.</summary>
public static class FragmentationSeries
{
    /// <summary>Collects <see cref="NosMetrics.FragmentationRatio"/>: one series a MIG node.</summary>
    /// <param name="metrics">Where to.</param>
    /// <param name="read">The snapshot at this moment; called by any thread.</param>
    public static void CollectFragmentation(this MetricRegistry metrics, Func<ClusterSnapshot> read) =>
        metrics.Collect(NosMetrics.FragmentationRatio, sink =>
        {
            foreach (var node in read().Nodes)
            {
                if (node.Mode == PartitioningMode.Mig)
                {
                    sink.Add(RatioOf(node), node.Name);
                }
            }
        });

    /// <summary>
    /// 1 - (memory slices of the largest profile that still goes onto each GPU) / (memory slices that nobody holds), over the node's GPUs that are there.
    /// 0 where everything is held: nothing is scattered.
    /// </summary>
    internal static double RatioOf(Node node)
    {
        var (usable, free) = (0, 0);
        foreach (var gpu in node.Gpus)
        {
            if (!gpu.IsLost)
            {
                usable += LargestOpen(gpu);
                free += gpu.Model.MemorySlices - gpu.Held.Count;
            }
        }

        return free <= 0 ? 0 : 1 - ((double)usable / free);
    }

    private static int LargestOpen(Gpu gpu)
    {
        var largest = 0;
        for (var open = gpu.Open; open != 0; open &= open - 1)
        {
            largest = Math.Max(largest, gpu.Model.Profiles[BitOperations.TrailingZeroCount(open)].MemorySlices);
        }

        return largest;
    }
}
