using Nos.Scheduling.Nodes;

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
    /// <returns>Points by place in <paramref name="nodes"/>. All 0 for a pod without slices: we have no opinion.</returns>
    public static int[] Points(IReadOnlyList<Node?> nodes, PodDemand demand, PlacementPolicy policy, out int best)
    {
        best = -1;
        var points = new int[nodes.Count];
        if (!demand.AsksForSlices)
        {
            return points;
        }

        var ranked = new List<(int Place, Candidate Way)>(nodes.Count);
        for (var place = 0; place < nodes.Count; place++)
        {
            if (nodes[place] is { Obstacle: Misfit.None } node && Way(node, demand, policy) is { } way)
            {
                ranked.Add((place, way));
            }
        }

        ranked.Sort((left, right) => Compare(nodes, left, right, policy));
        for (var rank = 0; rank < ranked.Count; rank++)
        {
            points[ranked[rank].Place] = PointsOf(rank, ranked.Count);
        }

        best = ranked.Count > 0 ? ranked[0].Place : -1;
        return points;
    }

    /// <summary>All points for one node, none for the others: where it is settled already.</summary>
    /// <param name="names">The nodes, by name.</param>
    /// <param name="name">The one.</param>
    public static int[] Only(IReadOnlyList<string> names, string name) => [.. names.Select(other => other == name ? MostPoints : 0)];

    /// <summary>Rank 0 has 10 points; the others share 9 to 0 evenly.</summary>
    private static int PointsOf(int rank, int count) =>
        rank == 0 ? MostPoints : count <= 2 ? MostPoints - 1 : (MostPoints - 1) * (count - 1 - rank) / (count - 2);

    /// <summary>For one slice its best way; for several the whole placement's, added up.</summary>
    private static Candidate? Way(Node node, PodDemand demand, PlacementPolicy policy)
    {
        if (demand.Slices.Count == 1)
        {
            return Candidates.Best(node, demand.Slices[0], policy);
        }

        return NodePlacer.Place(node, demand, policy) is not { } placement ? null : placement.Slices
            .Select(placed => Candidates.All(node, new SliceRequest(placed.Resource, placed.Mps), policy)
                .Find(candidate => candidate.Gpu == placed.Gpu && candidate.Shape == placed.Shape))
            .Aggregate((sum, next) => sum with
            {
                IsReuse = sum.IsReuse && next.IsReuse,
                Destroyed = sum.Changes + next.Changes - 1,
                DestroyedSize = sum.DestroyedSize + next.DestroyedSize,
                Cost = sum.Cost + next.Cost,
            });
    }

    private static int Compare(IReadOnlyList<Node?> nodes, (int Place, Candidate Way) left, (int Place, Candidate Way) right, PlacementPolicy policy)
    {
        var order = policy == PlacementPolicy.FirstFit ? 0 : left.Way.CompareAcrossNodes(right.Way);
        return order != 0 ? order : string.CompareOrdinal(nodes[left.Place]!.Name, nodes[right.Place]!.Name);
    }
}
