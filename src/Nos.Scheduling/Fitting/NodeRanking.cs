using System.Buffers;
using Nos.Scheduling.Nodes;
using Nos.Scheduling.Pricing;

namespace Nos.Scheduling.Fitting;

/// <summary>Decides in which order nodes suit a pod.</summary>
public static class NodeRanking
{
    /// <summary>The most points that an extender may give (<c>MaxExtenderPriority</c>).</summary>
    public const int MostPoints = 10;

    /// <summary>The nodes' points, 0 to 10: the best alone has 10, so that it leads by a point; the rest by rank.</summary>
    /// <param name="nodes">The nodes; <see langword="null"/> entries and those that do not fit come last.</param>
    /// <param name="demand">What the pod needs.</param>
    /// <param name="policy">By what they are judged.</param>
    /// <param name="best">The place in <paramref name="nodes"/> of the best, or -1 where none fits.</param>
    /// <param name="prices">What was learned of the pods to come; <see langword="null"/> where nothing was.</param>
    /// <returns>Points by place in <paramref name="nodes"/>. All 0 for a pod without slices: we have no opinion.</returns>
    public static int[] Points(IReadOnlyList<Node?> nodes, PodDemand demand, PlacementPolicy policy, out int best, SlicePrices? prices = null)
    {
        best = -1;
        var points = new int[nodes.Count];
        if (!demand.AsksForSlices)
        {
            return points;
        }

        var shared = SharedLength(nodes);
        var ranked = ArrayPool<RankedNode>.Shared.Rent(nodes.Count);
        var ways = new NodeWays(demand, new PlacementRule(policy, prices));
        var count = 0;
        for (var place = 0; place < nodes.Count; place++)
        {
            if (nodes[place] is { } node && ways.On(node) is { } way)
            {
                ranked[count++] = RankedNode.Of(place, node, shared, way, policy);
            }
        }

        ranked.AsSpan(0, count).Sort();
        for (var rank = 0; rank < count; rank++)
        {
            points[ranked[rank].Place] = PointsOf(rank, count);
        }

        best = count > 0 ? ranked[0].Place : -1;
        ArrayPool<RankedNode>.Shared.Return(ranked, clearArray: true);
        return points;
    }

    /// <summary>The place in <paramref name="nodes"/> of the node that <see cref="Points"/> puts first, or -1 where none fits. Allocates nothing once nodes are known.</summary>
    public static int Best(IReadOnlyList<Node?> nodes, PodDemand demand, PlacementPolicy policy, SlicePrices? prices = null)
    {
        if (!demand.AsksForSlices)
        {
            return -1;
        }

        var ways = new NodeWays(demand, new PlacementRule(policy, prices));
        RankedNode? best = null;
        for (var place = 0; place < nodes.Count; place++)
        {
            if (nodes[place] is { } node && ways.On(node) is { } way
                && RankedNode.Of(place, node, 0, way, policy) is var next && (best is not { } known || next.CompareTo(known) < 0))
            {
                best = next;
            }
        }

        return best?.Place ?? -1;
    }

    /// <summary>All points for one node, none for the others: where it is settled already.</summary>
    /// <param name="names">The nodes, by name.</param>
    /// <param name="name">The one.</param>
    public static int[] Only(IReadOnlyList<string> names, string name) => [.. names.Select(other => other == name ? MostPoints : 0)];

    /// <summary>How many characters all the nodes' names begin with alike.</summary>
    private static int SharedLength(IReadOnlyList<Node?> nodes)
    {
        string? first = null;
        var shared = 0;
        for (var place = 0; place < nodes.Count; place++)
        {
            if (nodes[place] is { } node)
            {
                shared = first is null ? node.Name.Length : Math.Min(shared, first.AsSpan().CommonPrefixLength(node.Name));
                first ??= node.Name;
            }
        }

        return shared;
    }

    /// <summary>Rank 0 has 10 points; the others share 9 to 0 evenly.</summary>
    private static int PointsOf(int rank, int count) =>
        rank == 0 ? MostPoints : count <= 2 ? MostPoints - 1 : (MostPoints - 1) * (count - 1 - rank) / (count - 2);
}
