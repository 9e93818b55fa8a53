using Nos.Scheduling.Fitting;

namespace Nos.Scheduling.Planning;

/// <summary>What a plan has in mind for one pod. The two nested records are the only kinds.</summary>
public abstract record PodOutcome
{
    private PodOutcome(PendingPod pod) => Pod = pod;

    /// <summary>The pod.</summary>
    public PendingPod Pod { get; }

    /// <summary>It goes onto a node.</summary>
    /// <param name="Pod">The pod.</param>
    /// <param name="Node">The node's name.</param>
    /// <param name="Placement">Its slices there; none for a pod that asks for none.</param>
    /// <param name="IsKept">Whether all its slices were kept for it already, so that nothing has to be done.</param>
    public sealed record Placed(PendingPod Pod, string Node, NodePlacement Placement, bool IsKept) : PodOutcome(Pod);

    /// <summary>It goes nowhere.</summary>
    /// <param name="Pod">The pod.</param>
    /// <param name="Refusals">Why not, over all nodes once the plan is carried out: the nearest to a yes first, then the most frequent, then by text.</param>
    /// <param name="Nearest">Where it comes closest; <see langword="null"/> where nothing on any node would help.</param>
    public sealed record StaysOut(PendingPod Pod, IReadOnlyList<RefusalCount> Refusals, NearestPlace? Nearest) : PodOutcome(Pod)
    {
        /// <summary>The one reason among ours, as metrics and events give it; <see cref="Misfit.NodeNotManaged"/> where no node gives any of ours.</summary>
        public Misfit Reason => Refusals.Select(refusal => refusal.Refusal.Misfit).FirstOrDefault(misfit => misfit != Misfit.None, Misfit.NodeNotManaged);

        /// <summary>All refusals as kube-scheduler counts them: <c>3 NoOpenPlacement, 1 Insufficient cpu</c>.</summary>
        public string Told => Refusals.Count == 0 ? "the cluster has no nodes" : string.Join(", ", Refusals);
    }
}
