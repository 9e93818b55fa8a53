using Nos.Scheduling.Gpus;
using Nos.Scheduling.Nodes;
using Nos.Scheduling.Planning;

namespace Nos.Scheduling.Tests.Planning;

/// <summary>Tries every way to put pods onto nodes, with nothing of the product but masks: what a plan is measured by on small clusters.</summary>
internal static class BruteForce
{
    /// <summary>How many pods of each priority can be served, highest first, lexicographically the most.</summary>
    internal static int[] MostServed(IReadOnlyList<Node> nodes, IReadOnlyList<PendingPod> pods)
    {
        var priorities = pods.Select(pod => pod.Priority).Distinct().OrderDescending().ToArray();
        var ordered = pods.OrderByDescending(pod => pod.Priority).ToArray();
        var best = new int[priorities.Length];
        Assign(nodes, ordered, 0, nodes.Select(_ => new List<PendingPod>()).ToArray(), priorities, new int[priorities.Length], best);
        return best;
    }

    private static void Assign(
        IReadOnlyList<Node> nodes, PendingPod[] pods, int next, List<PendingPod>[] on, int[] priorities, int[] served, int[] best)
    {
        if (Compare(served, best) > 0)
        {
            served.CopyTo(best, 0);
        }

        if (next == pods.Length)
        {
            return;
        }

        var rank = Array.IndexOf(priorities, pods[next].Priority);
        for (var place = 0; place < nodes.Count; place++)
        {
            if (!pods[next].Requirements.SelectorMatches(nodes[place].Traits))
            {
                continue;
            }

            on[place].Add(pods[next]);
            if (Holds(nodes[place], on[place]))
            {
                served[rank]++;
                Assign(nodes, pods, next + 1, on, priorities, served, best);
                served[rank]--;
            }

            on[place].RemoveAt(on[place].Count - 1);
        }

        Assign(nodes, pods, next + 1, on, priorities, served, best);
    }

    private static int Compare(int[] left, int[] right) =>
        Enumerable.Range(0, left.Length).Select(rank => left[rank].CompareTo(right[rank])).FirstOrDefault(order => order != 0);

    private static bool Holds(Node node, List<PendingPod> pods)
    {
        var slices = pods.SelectMany(pod => pod.Demand.Slices).Select(slice => slice.Resource.Profile!).OrderDescending(StringComparer.Ordinal).ToArray();
        return Holds([.. node.Gpus.Select(gpu => gpu.Held)], [.. node.Gpus.Select(gpu => gpu.Model)], slices, 0);
    }

    private static bool Holds(SliceMask[] held, GpuModel[] models, string[] slices, int next)
    {
        if (next == slices.Length)
        {
            return true;
        }

        for (var gpu = 0; gpu < held.Length; gpu++)
        {
            foreach (var place in models[gpu].Find(slices[next])?.Placements ?? [])
            {
                if (!place.Slices.Overlaps(held[gpu]))
                {
                    var before = held[gpu];
                    held[gpu] |= place.Slices;
                    var rest = Holds(held, models, slices, next + 1);
                    held[gpu] = before;
                    if (rest)
                    {
                        return true;
                    }
                }
            }
        }

        return false;
    }
}
