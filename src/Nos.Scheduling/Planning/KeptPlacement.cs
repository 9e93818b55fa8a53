using Nos.Scheduling.Fitting;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Planning;

/// <summary>Finds the slices that are kept for a pod already.</summary>
internal static class KeptPlacement
{
    /// <summary>The pod's place on the node, all of it reused; <see langword="null"/> where not all that it needs is kept for it there.</summary>
    internal static NodePlacement? Of(Node node, PendingPod pod)
    {
        var kept = node.Gpus
            .SelectMany(gpu => gpu.Slices.Where(slice => slice.Hold == SliceHold.Reserved && slice.OwnerUid == pod.Uid).Select(slice => (gpu.Index, slice)))
            .ToList();
        var placed = new PlacedSlice[pod.Demand.Slices.Count];
        for (var index = 0; index < placed.Length; index++)
        {
            var request = pod.Demand.Slices[index];
            var match = kept.FindIndex(one => one.slice.Resource == request.Resource);
            if (match < 0)
            {
                return null;
            }

            placed[index] = new PlacedSlice(kept[match].Index, kept[match].slice.Shape, request.Resource, request.Mps, IsReuse: true, []);
            kept.RemoveAt(match);
        }

        return new NodePlacement(placed);
    }
}
