using Nos.Scheduling.Cluster.Documents;

namespace Nos.Scheduling.Cluster.Api;

/// <summary>Turns events in order into what an informer tells its listener: the last state of each object, once.</summary>
internal static class EventBatch
{
    /// <summary>
    /// Usually one event. Where an object is gone and there again (or the other way round) within the batch, what comes after the turn is told
    /// separately: inside one event changes and deletions have no order.
    /// </summary>
    public static IEnumerable<InformerEvent<T>> Fold<T>(IReadOnlyList<WatchEvent<T>> batch)
        where T : class, IKubeDocument
    {
        var last = new Dictionary<(string?, string), WatchEvent<T>>(batch.Count);
        var order = new List<(string?, string)>(batch.Count);
        foreach (var change in batch)
        {
            if (change.Type == WatchEventType.Bookmark)
            {
                continue;
            }

            var key = (change.Object.Metadata.Namespace, change.Object.Metadata.Name);
            if (!last.TryGetValue(key, out var earlier))
            {
                order.Add(key);
            }
            else if (earlier.Type == WatchEventType.Deleted != (change.Type == WatchEventType.Deleted))
            {
                yield return Event();
                last.Clear();
                order.Clear();
                order.Add(key);
            }

            last[key] = change;
        }

        if (order.Count > 0)
        {
            yield return Event();
        }

        InformerEvent<T> Event() => new(
            false,
            [.. order.Where(key => last[key].Type != WatchEventType.Deleted).Select(key => last[key].Object)],
            [.. order.Where(key => last[key].Type == WatchEventType.Deleted).Select(key => last[key].Object)]);
    }
}
