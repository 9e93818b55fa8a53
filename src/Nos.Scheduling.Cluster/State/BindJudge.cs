using Nos.Scheduling.Fitting;
using Nos.Scheduling.Nodes;
using Nos.Scheduling.Pricing;

namespace Nos.Scheduling.Cluster.State;

/// <summary>Judges a pod once more at bind, when the scheduler's choice may be seconds old.</summary>
internal static class BindJudge
{
    /// <summary>Where the pod's slices go, or why they do not. A pod without slices is the scheduler's to judge, but for room that is kept for others.</summary>
    /// <param name="node">The node, or <see langword="null"/>.</param>
    /// <param name="pod">The pod.</param>
    /// <param name="policy">By what a place is preferred.</param>
    /// <param name="prices">What free room is worth.</param>
    /// <param name="isClaimant">Whether others make way for this very pod here.</param>
    internal static (NodePlacement? Placement, Misfit Misfit) Judge(Node? node, PodRecord pod, PlacementPolicy policy, SlicePrices? prices, bool isClaimant)
    {
        if (pod.IsNotAdmitted)
        {
            return (null, Misfit.NotAdmitted);
        }

        if (!pod.Demand.AsksForSlices)
        {
            return node is { IsClaimed: true } && !isClaimant && !node.Room.Holds(pod.Demand.Room) ? (null, Misfit.NodeResources) : (NodePlacement.Nothing, Misfit.None);
        }

        if (node is null)
        {
            return (null, Misfit.NodeNotManaged);
        }

        var misfit = new NodeFilter(pod.Demand).Check(node);
        return misfit != Misfit.None ? (null, misfit)
            : !node.Room.Holds(pod.Demand.Room) ? (null, Misfit.NodeResources)
            : (NodePlacer.Place(node, pod.Demand, policy, prices), Misfit.None);
    }
}
