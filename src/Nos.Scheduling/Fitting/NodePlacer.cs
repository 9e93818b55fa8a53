using Nos.Scheduling.Gpus;
using Nos.Scheduling.Nodes;
using Nos.Scheduling.Pricing;

namespace Nos.Scheduling.Fitting;

/// <summary>Decides where on a node a pod's slices go.</summary>
public static class NodePlacer
{
    /// <summary>
    /// The place of every slice, or <see langword="null"/> where <see cref="NodeFilter"/> says no. Slices are placed largest first, each in the best
    /// way (<see cref="Candidate.CompareOnNode"/>) that leaves room for the rest; equal inputs give equal answers.
    /// </summary>
    /// <param name="node">The node.</param>
    /// <param name="demand">What the pod needs.</param>
    /// <param name="policy">By what a place is preferred.</param>
    /// <param name="prices">What was learned of the pods to come; <see langword="null"/> where nothing was.</param>
    public static NodePlacement? Place(Node node, PodDemand demand, PlacementPolicy policy, SlicePrices? prices = null)
    {
        if (new NodeFilter(demand).Check(node) != Misfit.None)
        {
            return null;
        }

        var rule = new PlacementRule(policy, prices);
        if (demand.Slices is [var only])
        {
            return new NodePlacement([Placed(node, Candidates.Best(node, only, rule)!.Value, only)]);
        }

        var placed = new PlacedSlice[demand.Slices.Count];
        var order = Enumerable.Range(0, demand.Slices.Count)
            .OrderByDescending(index => demand.Slices[index].Resource.MemoryGB)
            .ThenBy(index => demand.Slices[index].Resource.Name, StringComparer.Ordinal)
            .ThenBy(index => index)
            .ToArray();
        for (var next = 0; next < order.Length; next++)
        {
            var rest = order[(next + 1)..].Select(index => demand.Slices[index]).ToArray();
            (placed[order[next]], node) = PlaceOne(node, demand.Slices[order[next]], rest, rule);
        }

        return new NodePlacement(placed);
    }

    private static (PlacedSlice Placed, Node Then) PlaceOne(Node node, SliceRequest request, SliceRequest[] rest, in PlacementRule rule)
    {
        foreach (var candidate in Candidates.All(node, request, rule))
        {
            var placed = Placed(node, candidate, request);
            var taken = new Slice(placed.Shape, placed.Resource, SliceHold.Reserved, null, placed.Mps);
            var then = node.With(node.FindGpu(candidate.Gpu)!.With(taken, placed.Destroyed));
            if (Leaves(then, rest))
            {
                return (placed, then);
            }
        }

        throw new InvalidOperationException($"{node.Name} was found to hold the pod's slices, but no order of placing them does: the packing search is wrong.");
    }

    private static bool Leaves(Node node, SliceRequest[] rest) =>
        rest.Length == 0
        || (rest[0].Resource.IsMig ? MigPacking.Holds(node.Gpus, rest) : MpsPacking.Check(node.Gpus, rest) == Misfit.None);

    private static PlacedSlice Placed(Node node, Candidate candidate, SliceRequest request)
    {
        var gpu = node.FindGpu(candidate.Gpu)!;
        IReadOnlyList<SliceShape> destroyed = candidate switch
        {
            { IsReuse: true } => [],
            { Shape.Profile: { } profile } => [.. gpu.Slices
                .Where(slice => slice.IsFree && Candidates.MustGo(slice, new MigPlacement(profile, candidate.Shape.Start)))
                .Select(slice => slice.Shape)],
            _ => MpsCandidate.Destroyed(gpu, candidate.Shape.MemoryGB),
        };
        return new PlacedSlice(gpu.Index, candidate.Shape, request.Resource, request.Mps, candidate.IsReuse, destroyed);
    }
}
