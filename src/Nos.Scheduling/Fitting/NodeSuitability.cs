using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Fitting;

/// <summary>
/// Decides whether a node takes a pod where no scheduler has filtered for us: the pod's requirements on nodes, all resources, and its slices.
/// </summary>
/// <remarks>
/// Inter-pod affinity, topology spread, host ports and volumes are not judged (<see cref="NodeRequirements"/>). Made per question, not shared between
/// threads, like <see cref="NodeFilter"/>.
/// </remarks>
/// <param name="demand">What the pod needs.</param>
/// <param name="requirements">Which nodes it may be put on.</param>
public struct NodeSuitability(PodDemand demand, NodeRequirements requirements)
{
    private NodeFilter filter = new(demand);

    /// <summary>Why the node does not take the pod: first what only the pod's author or an admin can change, last what passes.</summary>
    public Refusal Check(Node node)
    {
        var traits = CheckTraits(node);
        if (!traits.IsNone)
        {
            return traits;
        }

        var misfit = filter.Check(node);
        return misfit != Misfit.None ? Refusal.Of(misfit) : CheckRoom(node);
    }

    /// <summary>The same without slices and resources: whether the pod may be on such a node at all.</summary>
    public readonly Refusal CheckTraits(Node node) =>
        !requirements.SelectorMatches(node.Traits) ? new Refusal(RefusalKind.Selector, Misfit.None)
        : !requirements.AffinityMatches(node.Traits) ? new Refusal(RefusalKind.Affinity, Misfit.None)
        : !node.Traits.IsReady ? new Refusal(RefusalKind.NotReady, Misfit.NodeNotReady)
        : requirements.Untolerated(node.Traits) is { } taint ? new Refusal(RefusalKind.Taint, Misfit.None, taint.ToString())
        : default;

    private readonly Refusal CheckRoom(Node node)
    {
        if (node.Room.Holds(demand.Room))
        {
            return node.Others.FirstMissing(demand.Others) is { } missing ? Refusal.Insufficient(missing) : default;
        }

        var (room, asked) = (node.Room, demand.Room);
        return Refusal.Insufficient(
            !room.Holds(asked with { MemoryBytes = 0, Pods = 0 }) ? "cpu"
            : !room.Holds(asked with { CpuMilli = 0, Pods = 0 }) ? "memory"
            : "pods");
    }
}
