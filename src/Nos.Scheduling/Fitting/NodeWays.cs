using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Fitting;

/// <summary>Finds the best way to give one pod its slices, node by node; a node that has not changed since it was asked last answers from memory.</summary>
/// <param name="demand">What the pod needs; it asks for slices.</param>
/// <param name="rule">By what ways are compared.</param>
internal readonly struct NodeWays(PodDemand demand, PlacementRule rule)
{
    private readonly int slot = WayMemo.SlotOf(demand.Slices[0]);
    private readonly PodPlacer? placer = demand.Slices.Count > 1 ? new PodPlacer(demand, rule) : null;

    /// <summary>The node's best way, or <see langword="null"/> where the pod does not fit; that of several slices is their sum.</summary>
    internal Candidate? On(Node node)
    {
        if (node.Obstacle != Misfit.None)
        {
            return null;
        }

        if (demand.Slices.Count > 1)
        {
            return placer!.Weigh(node)?.Sum;
        }

        if (!node.Ways.TryGet(slot, demand.Slices[0], demand.Room, rule, out var way))
        {
            way = Alone(node);
            node.Ways.Keep(slot, demand.Slices[0], demand.Room, rule, way);
        }

        return way;
    }

    private Candidate? Alone(Node node)
    {
        if (Candidates.Best(node, demand.Slices[0], rule) is not { IsReuse: false, Shape.Profile: { } profile } way)
        {
            return Candidates.Best(node, demand.Slices[0], rule);
        }

        var stranded = rule.Stranded(node, demand.Room, (double)profile.MemorySlices / node.FindGpu(way.Gpu)!.Model.MemorySlices);
        return way with { Cost = Math.Max(0, way.Cost + stranded) };
    }
}
