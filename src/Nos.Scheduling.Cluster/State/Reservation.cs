using Nos.Scheduling.Fitting;

namespace Nos.Scheduling.Cluster.State;

/// <summary>A place kept for one pod on one node, from the decision at bind until the pod is seen bound.</summary>
/// <param name="Pod">For whom.</param>
/// <param name="Node">Where.</param>
/// <param name="Placement">The slices.</param>
/// <param name="Until">When it ends if nothing comes of it.</param>
public sealed record Reservation(PodRecord Pod, string Node, NodePlacement Placement, DateTimeOffset Until)
{
    /// <summary>Whether a Binding for it has been sent: then the pod may be bound whatever the informer shows, and only the live pod can tell.</summary>
    public bool IsPosted { get; init; }
}
