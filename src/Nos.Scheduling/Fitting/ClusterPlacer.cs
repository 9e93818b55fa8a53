using Nos.Scheduling.Nodes;
using Nos.Scheduling.Pricing;

namespace Nos.Scheduling.Fitting;

/// <summary>Decides where in a cluster a pod goes: what filter, prioritize and bind decide together, in one step.</summary>
public static class ClusterPlacer
{
    /// <summary>The best node's place in <paramref name="nodes"/> and the pod's slices there, or <see langword="null"/> where no node takes them.</summary>
    /// <param name="nodes">The nodes.</param>
    /// <param name="demand">What the pod needs; at least one slice.</param>
    /// <param name="policy">By what a place is preferred.</param>
    /// <param name="prices">What was learned of the pods to come; <see langword="null"/> where nothing was.</param>
    public static (int Place, NodePlacement Placement)? Place(IReadOnlyList<Node> nodes, PodDemand demand, PlacementPolicy policy, SlicePrices? prices = null)
    {
        var best = NodeRanking.Best(nodes, demand, policy, prices);
        return best >= 0 && NodePlacer.Place(nodes[best], demand, policy, prices) is { } placement ? (best, placement) : null;
    }
}
