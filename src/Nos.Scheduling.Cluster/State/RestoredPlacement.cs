using Nos.Scheduling.Fitting;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Cluster.State;

/// <summary>Finds the slices that the spec keeps for a pod, when no reservation in memory does.</summary>
internal static class RestoredPlacement
{
    /// <summary>The placement, or <see langword="null"/> where not all that the pod needs is kept for it on the node.</summary>
    internal static NodePlacement? Of(Node? node, PodRecord pod)
    {
        if (node is null || !pod.Demand.AsksForSlices)
        {
            return null;
        }

        var kept = node.Gpus
            .SelectMany(gpu => gpu.Slices.Where(slice => slice.Hold == SliceHold.Reserved && slice.OwnerUid == pod.Uid).Select(slice => (gpu.Index, slice)))
            .ToList();
        var placed = new List<PlacedSlice>();
        foreach (var request in pod.Demand.Slices)
        {
            var match = kept.FindIndex(one => one.slice.Resource == request.Resource);
            if (match < 0)
            {
                return null;
            }

            placed.Add(new PlacedSlice(kept[match].Index, kept[match].slice.Shape, request.Resource, request.Mps, IsReuse: false, []));
            kept.RemoveAt(match);
        }

        return new NodePlacement(placed);
    }
}
