using Nos.Scheduling.Gpus;
using Nos.Scheduling.Nodes;
using Nos.Scheduling.Pricing;

namespace Nos.Scheduling.Fitting;

/// <summary>Decides where on a node a pod's slices go.</summary>
public static class NodePlacer
{
    /// <summary>As <see cref="PodPlacer"/> says, for one node.</summary>
    /// <param name="node">The node.</param>
    /// <param name="demand">What the pod needs.</param>
    /// <param name="policy">By what a place is preferred.</param>
    /// <param name="prices">What was learned of the pods to come; <see langword="null"/> where nothing was.</param>
    public static NodePlacement? Place(Node node, PodDemand demand, PlacementPolicy policy, SlicePrices? prices = null) =>
        new PodPlacer(demand, policy, prices).Place(node);

    /// <summary>The slice where the candidate puts it, and the node with it.</summary>
    internal static (PlacedSlice Placed, Node Then) Take(Node node, Candidate candidate, SliceRequest request)
    {
        var gpu = node.FindGpu(candidate.Gpu)!;
        IReadOnlyList<SliceShape> destroyed = candidate switch
        {
            { Destroyed: 0 } => [],
            { Shape.Profile: { } profile } => Candidates.Displaced(gpu, new MigPlacement(profile, candidate.Shape.Start)),
            _ => MpsCandidate.Destroyed(gpu, candidate.Shape.MemoryGB),
        };
        var placed = new PlacedSlice(gpu.Index, candidate.Shape, request.Resource, request.Mps, candidate.IsReuse, destroyed);
        return (placed, node.With(gpu.With(new Slice(placed.Shape, placed.Resource, SliceHold.Reserved, null, placed.Mps), destroyed)));
    }
}
