namespace Nos.Scheduling.Cluster.State;

/// <summary>The pods by uid, and those that are bound and have not ended by node. Not thread-safe.</summary>
internal sealed class PodIndex
{
    private readonly Dictionary<string, PodRecord> byUid = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Dictionary<string, PodRecord>> byNode = new(StringComparer.Ordinal);

    internal IEnumerable<PodRecord> All => byUid.Values;

    internal PodRecord? Find(string uid) => byUid.GetValueOrDefault(uid);

    internal IReadOnlyCollection<PodRecord> On(string node) => byNode.TryGetValue(node, out var pods) ? pods.Values : [];

    /// <summary>Notes a pod as it is now.</summary>
    /// <returns>What it was before, or <see langword="null"/>.</returns>
    internal PodRecord? Put(PodRecord pod)
    {
        var before = Remove(pod.Uid);
        byUid[pod.Uid] = pod;
        if (pod.NodeName is { } node && !pod.HasEnded)
        {
            if (!byNode.TryGetValue(node, out var pods))
            {
                byNode[node] = pods = new Dictionary<string, PodRecord>(StringComparer.Ordinal);
            }

            pods[pod.Uid] = pod;
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

        if (before.NodeName is { } node && byNode.TryGetValue(node, out var pods) && pods.Remove(uid) && pods.Count == 0)
        {
            byNode.Remove(node);
        }

        return before;
    }
}
