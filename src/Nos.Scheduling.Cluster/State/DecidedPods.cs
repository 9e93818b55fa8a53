using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Cluster.State;

/// <summary>
/// The waiting pods about whose place this server has decided since it began. Until then the owner that a spec names, by a server before this one,
/// keeps a slice for its pod; from then on only this server's own reservation does, or a pod had two. Not thread-safe.
/// </summary>
internal sealed class DecidedPods
{
    private readonly HashSet<string> decided = new(StringComparer.Ordinal);
    private readonly HashSet<(string Uid, string Node)> byOwner = [];

    internal bool Contains(string uid) => decided.Contains(uid);

    /// <summary>This server decides about the pod.</summary>
    /// <returns>The nodes that kept slices for it because their specs say so, and are to be looked at anew.</returns>
    internal IEnumerable<string> Add(string uid) => decided.Add(uid) ? TakeOut(uid) : [];

    /// <summary>The pod is bound, or will not be.</summary>
    internal void Forget(string uid)
    {
        decided.Remove(uid);
        TakeOut(uid);
    }

    /// <summary>Remembers for whom the node keeps slices only because its spec says so.</summary>
    internal void Note(Node node)
    {
        foreach (var gpu in node.Gpus)
        {
            foreach (var slice in gpu.Slices)
            {
                if (slice is { Hold: SliceHold.Reserved, OwnerUid: { } uid } && !decided.Contains(uid))
                {
                    byOwner.Add((uid, node.Name));
                }
            }
        }
    }

    private string[] TakeOut(string uid)
    {
        // Few: pods that were in flight when another server led.
        var nodes = byOwner.Count == 0 ? [] : byOwner.Where(kept => kept.Uid == uid).Select(kept => kept.Node).ToArray();
        byOwner.ExceptWith(nodes.Select(node => (uid, node)));
        return nodes;
    }
}
