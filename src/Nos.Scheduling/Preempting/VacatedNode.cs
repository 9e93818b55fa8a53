using System.Collections.Immutable;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Preempting;

/// <summary>A node without ever other pods, as a search tries them: what a GPU is like without some of its holders is worked out once.</summary>
internal sealed class VacatedNode
{
    private readonly NodeOccupancy node;
    private readonly bool[] isGone;
    private readonly Dictionary<(int Gpu, ulong Gone), Gpu> known = [];

    /// <param name="node">The node with all of them.</param>
    internal VacatedNode(NodeOccupancy node) => (this.node, isGone) = (node, new bool[node.Pods.Count]);

    /// <summary>The node's slices after those have gone; its cpu, memory and all else are as before.</summary>
    internal Node Without(IReadOnlyList<Occupant> gone)
    {
        Array.Clear(isGone);
        foreach (var pod in gone)
        {
            isGone[pod.Place] = true;
        }

        var gpus = ImmutableArray.CreateBuilder<Gpu>(node.Node.Gpus.Length);
        for (var at = 0; at < node.Node.Gpus.Length; at++)
        {
            gpus.Add(Without(at));
        }

        return new Node(node.Node.Name, node.Node.Mode, node.Node.Obstacle, gpus.MoveToImmutable(), node.Node.Room);
    }

    private Gpu Without(int at)
    {
        var (gpu, gone) = (node.Node.Gpus[at], 0UL);
        var holders = node.HoldersOn(at);
        if (holders.Length > 64)
        {
            return gpu.Without(Uids(at));
        }

        for (var slice = 0; slice < holders.Length; slice++)
        {
            gone |= holders[slice] is { } holder && isGone[holder.Place] ? 1UL << slice : 0;
        }

        return gone == 0 ? gpu : known.TryGetValue((at, gone), out var before) ? before : known[(at, gone)] = gpu.Without(Uids(at));
    }

    private HashSet<string> Uids(int at)
    {
        var uids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var holder in node.HoldersOn(at))
        {
            if (holder is not null && isGone[holder.Place])
            {
                uids.Add(holder.Uid);
            }
        }

        return uids;
    }
}
