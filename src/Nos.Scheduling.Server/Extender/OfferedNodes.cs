using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Server.Extender;

/// <summary>Remembers for pods that fit nowhere which nodes their scheduler last offered: they have passed its own filters. Of the last few hundred pods.</summary>
internal sealed class OfferedNodes
{
    private const int MostPods = 512;

    private readonly Lock gate = new();
    private readonly Dictionary<string, LinkedListNode<(string Uid, string[] Nodes)>> byUid = new(StringComparer.Ordinal);
    private readonly LinkedList<(string Uid, string[] Nodes)> order = new();

    /// <summary>A filter call has been answered.</summary>
    /// <param name="uid">The pod.</param>
    /// <param name="names">The nodes that came with the call; those that are not known are left out.</param>
    /// <param name="cluster">The nodes that are known; their names are shared.</param>
    /// <param name="fitsSomewhere">Whether the pod may go to one of them: then nobody need make way, and nothing is remembered.</param>
    internal void Note(string uid, string[] names, ClusterSnapshot cluster, bool fitsSomewhere)
    {
        string[]? known = fitsSomewhere ? null : [.. names.Select(cluster.Find).OfType<Node>().Select(node => node.Name)];
        lock (gate)
        {
            if (byUid.Remove(uid, out var before))
            {
                order.Remove(before);
            }

            if (known is null)
            {
                return;
            }

            byUid[uid] = order.AddLast((uid, known));
            if (order.Count > MostPods)
            {
                byUid.Remove(order.First!.Value.Uid);
                order.RemoveFirst();
            }
        }
    }

    /// <summary>The nodes of the pod's last filter call; <see langword="null"/> where that is not known.</summary>
    internal IReadOnlyCollection<string>? Find(string uid)
    {
        lock (gate)
        {
            return byUid.TryGetValue(uid, out var entry) ? entry.Value.Nodes : null;
        }
    }
}
