using System.Collections.Concurrent;
using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Documents;

namespace Nos.Scheduling.Cluster.Quotas;

/// <summary>The quotas of one kind by namespace and name. Safe to ask from any thread: admission does, beside the informer that feeds it.</summary>
internal sealed class QuotaIndex<T>
    where T : class, IKubeDocument
{
    private readonly ConcurrentDictionary<(string Namespace, string Name), T> known = new();

    /// <summary>All that are known, in no order.</summary>
    internal IReadOnlyList<T> All => [.. known.Values];

    /// <summary>Takes an informer's quotas over.</summary>
    internal void Take(InformerEvent<T> change)
    {
        var gone = change.IsReplacement ? known.Keys.Except(change.Changed.Select(KeyOf)) : change.Deleted.Select(KeyOf);
        foreach (var key in gone.ToArray())
        {
            known.TryRemove(key, out _);
        }

        foreach (var item in change.Changed)
        {
            known[KeyOf(item)] = item;
        }
    }

    private static (string Namespace, string Name) KeyOf(T quota) => (quota.Metadata.Namespace ?? "", quota.Metadata.Name);
}
