using Nos.Scheduling.Cluster.State;

namespace Nos.Scheduling.Server.Controllers;

/// <summary>
/// Remembers which pods of which controller may be deleted in this outage of the webhook, so that each controller is dealt with once: if what it makes
/// anew is not translated either, something else is wrong, and deleting on would help nobody.
/// </summary>
/// <param name="time">The clock.</param>
internal sealed class OutageLedger(TimeProvider time)
{
    /// <summary>A controller without such pods for so long has got over it; longer than the six minutes that a Job may wait before it makes a pod anew.</summary>
    private static readonly TimeSpan Over = TimeSpan.FromMinutes(10);

    private readonly Dictionary<string, Entry> entries = new(StringComparer.Ordinal);

    /// <summary>By controller the uids of the pods that may go.</summary>
    internal IReadOnlyDictionary<string, IReadOnlySet<string>> Dealt =>
        entries.ToDictionary(entry => entry.Key, IReadOnlySet<string> (entry) => entry.Value.Pods, StringComparer.Ordinal);

    /// <summary>The webhook answers, and the pod's controller is dealt with: all its pods of now may go, and none that it makes later.</summary>
    internal void Begin(PodRecord pod, IReadOnlyList<PodRecord> all)
    {
        if (pod.Controller is { } controller && !entries.ContainsKey(controller.Uid))
        {
            var its = all.Where(other => other.Controller?.Uid == controller.Uid).Select(other => other.Uid).ToHashSet(StringComparer.Ordinal);
            entries[controller.Uid] = new Entry(pod.Namespace, its, time.GetUtcNow());
        }
    }

    /// <summary>The webhook does not answer in the namespace: an outage, after which its controllers may be dealt with again.</summary>
    internal void Outage(string ns)
    {
        foreach (var controller in entries.Where(entry => entry.Value.Namespace == ns).Select(entry => entry.Key).ToList())
        {
            entries.Remove(controller);
        }
    }

    /// <summary>Forgets controllers that have had no untranslated pods for a while.</summary>
    internal void Look(IReadOnlyList<PodRecord> all)
    {
        var now = time.GetUtcNow();
        foreach (var pod in all)
        {
            if (pod.Controller is { } controller && entries.TryGetValue(controller.Uid, out var entry))
            {
                entries[controller.Uid] = entry with { LastSeen = now };
            }
        }

        foreach (var controller in entries.Where(entry => now - entry.Value.LastSeen > Over).Select(entry => entry.Key).ToList())
        {
            entries.Remove(controller);
        }
    }

    private sealed record Entry(string Namespace, HashSet<string> Pods, DateTimeOffset LastSeen);
}
