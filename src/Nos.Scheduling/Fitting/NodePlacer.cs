using Nos.Scheduling.Gpus;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Fitting;

/// <summary>Decides where on a node a pod's slices go.</summary>
public static class NodePlacer
{
    /// <summary>
    /// The place of every slice, or <see langword="null"/> where <see cref="NodeFilter"/> says no. Slices are placed largest first, each in the best
    /// way (<see cref="Candidate.CompareOnNode"/>) that leaves room for the rest; equal inputs give equal answers.
    /// </summary>
    public static NodePlacement? Place(Node node, PodDemand demand, PlacementPolicy policy)
    {
        if (new NodeFilter(demand).Check(node) != Misfit.None)
        {
            return null;
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
            (placed[order[next]], node) = PlaceOne(node, demand.Slices[order[next]], rest, policy);
        }

        return new NodePlacement(placed);
    }

    private static (PlacedSlice Placed, Node Then) PlaceOne(Node node, SliceRequest request, SliceRequest[] rest, PlacementPolicy policy)
    {
        foreach (var candidate in Candidates.All(node, request, policy))
        {
            var placed = Placed(node.FindGpu(candidate.Gpu)!, candidate, request);
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

    private static PlacedSlice Placed(Gpu gpu, Candidate candidate, SliceRequest request)
    {
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
