using Nos.Scheduling.Cluster.State;

namespace Nos.Scheduling.Server.Controllers;

/// <summary>In which order, and how often, waiting pods are asked about. Not thread-safe.</summary>
internal sealed class PreemptorQueue
{
    /// <summary>How long a pod that nobody makes way for waits until it is asked about again.</summary>
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(5);

    /// <summary>How long a scheduler that has chosen a node for the pod has to send others away there, and one whose calls are not known to call.</summary>
    private static readonly TimeSpan Courtesy = TimeSpan.FromSeconds(10);

    private readonly Dictionary<string, Entry> entries = new(StringComparer.Ordinal);

    /// <summary>The pods that are due: higher priority first, then the longest not asked about, the older, by name and uid.</summary>
    /// <param name="waiting">All that wait; others are forgotten.</param>
    /// <param name="now">The moment.</param>
    internal IReadOnlyList<PodRecord> Due(IReadOnlyCollection<PodRecord> waiting, DateTimeOffset now)
    {
        var uids = waiting.Select(pod => pod.Uid).ToHashSet(StringComparer.Ordinal);
        foreach (var uid in entries.Keys.Where(uid => !uids.Contains(uid)).ToArray())
        {
            entries.Remove(uid);
        }

        return
        [
            .. waiting.Where(pod => EntryOf(pod.Uid, now).AskAt <= now)
                .OrderByDescending(pod => pod.Priority)
                .ThenBy(pod => entries[pod.Uid].AskAt)
                .ThenBy(pod => pod.Created ?? DateTimeOffset.MaxValue)
                .ThenBy(pod => pod.Key, StringComparer.Ordinal)
                .ThenBy(pod => pod.Uid, StringComparer.Ordinal),
        ];
    }

    /// <summary>
    /// Whether the pod is to be decided on now; if so, not again for a while. One whose scheduler is about to make room itself is not, nor one whose nodes are not
    /// known, as after a change of leaders, until it has had time to come again.
    /// </summary>
    internal bool IsRipe(PodRecord pod, bool isOffered, DateTimeOffset now)
    {
        var entry = EntryOf(pod.Uid, now);
        if ((pod.IsNominated || (!isOffered && pod.Demand.AsksForSlices)) && now < entry.Since + Courtesy)
        {
            return false;
        }

        entries[pod.Uid] = entry with { AskAt = now + Again };
        return true;
    }

    /// <summary>How often room was made for the pod in vain.</summary>
    internal int Tries(string uid) => entries.GetValueOrDefault(uid)?.Tries ?? 0;

    /// <summary>Room was made for the pod in vain so often; it has rested.</summary>
    internal void Remember(string uid, int tries) => entries[uid] = new Entry(DateTimeOffset.MinValue, DateTimeOffset.MinValue, tries);

    /// <summary>Asks about all again at once: something has changed that may entitle them.</summary>
    internal void Hurry()
    {
        foreach (var (uid, entry) in entries.ToArray())
        {
            entries[uid] = entry with { AskAt = DateTimeOffset.MinValue };
        }
    }

    private Entry EntryOf(string uid, DateTimeOffset now) => entries.TryGetValue(uid, out var known) ? known : entries[uid] = new Entry(now, DateTimeOffset.MinValue, 0);

    private sealed record Entry(DateTimeOffset Since, DateTimeOffset AskAt, int Tries);
}
