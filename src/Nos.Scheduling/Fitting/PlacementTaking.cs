using Nos.Scheduling.Gpus;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Fitting;

/// <summary>Puts a placement that was decided earlier onto a node as it is now.</summary>
public static class PlacementTaking
{
    /// <summary>
    /// The node with the pod's slices reserved and its other needs taken, and the placement as it comes about there: what is reused and what is
    /// destroyed is told anew; a MIG instance keeps its place, an MPS share its GPU.
    /// </summary>
    /// <param name="node">The node.</param>
    /// <param name="placement">Where the slices go, one for each of the demand's.</param>
    /// <param name="demand">What the pod needs.</param>
    /// <param name="uid">The pod's identity, which owns the slices from then on.</param>
    /// <returns><see langword="null"/> where one of the places is not to be had any more. Whether cpu and memory suffice is not asked.</returns>
    public static (Node Node, NodePlacement Placement)? Take(Node node, NodePlacement placement, PodDemand demand, string uid)
    {
        var placed = new PlacedSlice[placement.Slices.Count];
        for (var index = 0; index < placed.Length; index++)
        {
            if (node.FindGpu(placement.Slices[index].Gpu) is not { } gpu || Place(gpu, placement.Slices[index]) is not { } slice)
            {
                return null;
            }

            placed[index] = slice;
            node = node.With(gpu.With(new Slice(slice.Shape, slice.Resource, SliceHold.Reserved, uid, slice.Mps), slice.Destroyed));
        }

        return (node.Less(demand.Room, demand.Others), new NodePlacement(placed));
    }

    private static PlacedSlice? Place(Gpu gpu, PlacedSlice planned)
    {
        if (planned.Shape.Profile is not { } profile)
        {
            var request = new SliceRequest(planned.Resource, planned.Mps);
            return MpsFit.Check(gpu, request) != Misfit.None ? null : Of(gpu, planned, MpsCandidate.Of(gpu, planned.Shape.MemoryGB, PlacementPolicy.FirstFit));
        }

        if ((gpu.Open & gpu.Model.BitOf(profile.Name)) == 0 || planned.Shape.Mask.Overlaps(gpu.Held))
        {
            return null;
        }

        foreach (var slice in gpu.Slices)
        {
            if (slice.IsFree && slice.Shape == planned.Shape && slice.Resource == planned.Resource)
            {
                return planned with { IsReuse = true, Destroyed = [] };
            }
        }

        return planned with { IsReuse = false, Destroyed = Candidates.Displaced(gpu, new MigPlacement(profile, planned.Shape.Start)) };
    }

    private static PlacedSlice Of(Gpu gpu, PlacedSlice planned, Candidate share) => planned with
    {
        Shape = share.Shape,
        IsReuse = share.IsReuse,
        Destroyed = share.IsReuse ? [] : MpsCandidate.Destroyed(gpu, share.Shape.MemoryGB),
    };
}
