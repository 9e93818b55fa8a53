namespace Nos.Scheduling.Cluster.State;

/// <summary>The pods by uid, and those that are bound and have not ended by node and by namespace. Not thread-safe.</summary>
internal sealed class PodIndex
{
    private readonly Dictionary<string, PodRecord> byUid = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Dictionary<string, PodRecord>> byNode = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Dictionary<string, PodRecord>> byNamespace = new(StringComparer.Ordinal);

    internal IEnumerable<PodRecord> All => byUid.Values;

    internal PodRecord? Find(string uid) => byUid.GetValueOrDefault(uid);

    internal IReadOnlyCollection<PodRecord> On(string node) => byNode.TryGetValue(node, out var pods) ? pods.Values : [];

    internal IReadOnlyCollection<PodRecord> BoundIn(string ns) => byNamespace.TryGetValue(ns, out var pods) ? pods.Values : [];

    /// <summary>Notes a pod as it is now.</summary>
    /// <returns>What it was before, or <see langword="null"/>.</returns>
    internal PodRecord? Put(PodRecord pod)
    {
        var before = Remove(pod.Uid);
        byUid[pod.Uid] = pod;
        if (pod.NodeName is { } node && !pod.HasEnded)
        {
            Enter(byNode, node, pod);
            Enter(byNamespace, pod.Namespace, pod);
        }

        return before;
    }

    /// <summary>Forgets a pod.</summary>
    /// <returns>What it was, or <see langword="null"/>.</returns>
    internal PodRecord? Remove(string uid)
    {
        if (!byUid.Remove(uid, out var before))
        {
            return null;
        }

        if (before.NodeName is { } node)
        {
            Leave(byNode, node, uid);
            Leave(byNamespace, before.Namespace, uid);
        }

        return before;
    }

    private static void Enter(Dictionary<string, Dictionary<string, PodRecord>> groups, string group, PodRecord pod)
    {
        if (!groups.TryGetValue(group, out var pods))
        {
            groups[group] = pods = new Dictionary<string, PodRecord>(StringComparer.Ordinal);
        }

        pods[pod.Uid] = pod;
    }

    private static void Leave(Dictionary<string, Dictionary<string, PodRecord>> groups, string group, string uid)
    {
        if (groups.TryGetValue(group, out var pods) && pods.Remove(uid) && pods.Count == 0)
        {
            groups.Remove(group);
        }
    }
}
