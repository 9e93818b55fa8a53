using Nos.Scheduling.Nodes;
using Nos.Scheduling.Resources;

namespace Nos.Scheduling.Preempting;

/// <summary>A node as it will be when the pods that are going have gone, and who of the others has which of its slices.</summary>
internal sealed class NodeOccupancy
{
    private readonly Func<string, Occupant?> find;
    private Occupant?[][]? holders;

    /// <param name="node">The node without those that are going.</param>
    /// <param name="pods">All pods on it.</param>
    /// <param name="isWaitedFor">Whether anybody is going.</param>
    /// <param name="find">The pod of a uid.</param>
    internal NodeOccupancy(Node node, IReadOnlyList<Occupant> pods, bool isWaitedFor, Func<string, Occupant?> find) =>
        (Node, Pods, IsWaitedFor, this.find) = (node, pods, isWaitedFor, find);

    internal Node Node { get; }

    /// <summary>Whether anybody is going.</summary>
    internal bool IsWaitedFor { get; }

    /// <summary>All pods on it, those that are going included; by <see cref="Occupant.Place"/>.</summary>
    internal IReadOnlyList<Occupant> Pods { get; }

    /// <summary>By slice of a GPU who has it; <see langword="null"/> where it is free or can never be freed.</summary>
    internal ReadOnlySpan<Occupant?> HoldersOn(int gpu) => (holders ??= WorkOut())[gpu];

    /// <summary>Finds out which pods have slices here. Not done before somebody asks: most nodes of a large cluster are out of the question sooner.</summary>
    internal void FindHolders() => holders ??= WorkOut();

    /// <summary>The node after those pods have gone.</summary>
    internal static Node Vacate(Node node, IReadOnlyCollection<Occupant> gone)
    {
        var (room, others) = (default(NodeRoom), default(ResourceAmounts));
        foreach (var pod in gone)
        {
            (room, others) = (room + pod.Bound.Demand.Room, others + pod.Bound.Demand.Others);
        }

        return node.Without(gone.Select(pod => pod.Uid).ToHashSet(StringComparer.Ordinal), room, others);
    }

    private Occupant?[][] WorkOut()
    {
        var found = new Occupant?[Node.Gpus.Length][];
        for (var gpu = 0; gpu < found.Length; gpu++)
        {
            var slices = Node.Gpus[gpu].Slices;
            var here = found[gpu] = new Occupant?[slices.Count];
            for (var at = 0; at < here.Length; at++)
            {
                // What is reserved is for a pod to come; what is used by somebody unknown cannot be freed.
                if (slices[at] is { Hold: SliceHold.Used or SliceHold.Covered, OwnerUid: { } uid } && find(uid) is { } owner && owner.Bound.Node == Node.Name)
                {
                    here[at] = owner;
                    owner.HoldsSlices = true;
                }
            }
        }

        return found;
    }
}
