using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Quotas;

namespace Nos.Scheduling.Cluster.Quotas;

/// <summary>The quotas of one kind by namespace and name, and by the namespaces that they name. Safe to ask from any thread: admission does, beside the informer that feeds it.</summary>
/// <param name="read">Reads a document.</param>
internal sealed class QuotaIndex<T>(Func<T, HeardQuota> read)
    where T : class, IKubeDocument
{
    private readonly Lock gate = new();
    private readonly Dictionary<QuotaKey, (T Document, HeardQuota Heard)> known = [];
    private readonly Dictionary<string, HashSet<QuotaKey>> naming = new(StringComparer.Ordinal);

    /// <summary>All that are known, in no order.</summary>
    internal IReadOnlyList<T> All
    {
        get
        {
            lock (gate)
            {
                return [.. known.Values.Select(quota => quota.Document)];
            }
        }
    }

    /// <summary>Which are known, in no order.</summary>
    internal IReadOnlyList<QuotaKey> Keys
    {
        get
        {
            lock (gate)
            {
                return [.. known.Keys];
            }
        }
    }

    /// <summary>That quota, or <see langword="null"/>.</summary>
    internal HeardQuota? Find(QuotaKey key)
    {
        lock (gate)
        {
            return known.TryGetValue(key, out var quota) ? quota.Heard : null;
        }
    }

    /// <summary>Those that name the namespace, in no order.</summary>
    internal IReadOnlyList<(QuotaKey Key, T Document)> Naming(string ns)
    {
        lock (gate)
        {
            return naming.TryGetValue(ns, out var keys) ? [.. keys.Select(key => (key, known[key].Document))] : [];
        }
    }

    /// <summary>Takes an informer's quotas over.</summary>
    /// <returns>What became of which.</returns>
    internal IReadOnlyList<QuotaNews> Take(InformerEvent<T> change)
    {
        var changed = change.Changed.Select(document => (Document: document, Heard: read(document))).ToList();
        lock (gate)
        {
            var news = new List<QuotaNews>();
            var gone = change.IsReplacement ? known.Keys.Except(changed.Select(quota => quota.Heard.Key)) : change.Deleted.Select(document => read(document).Key);
            foreach (var key in gone.ToArray())
            {
                if (Remove(key) is { } before)
                {
                    news.Add(new QuotaNews(key, before.Wanted.Namespaces));
                }
            }

            // A write's answer may have overtaken the watch; a list is believed whatever its versions.
            foreach (var (document, heard) in changed.Where(quota => change.IsReplacement || !IsOldNews(quota.Document, quota.Heard.Key)))
            {
                var before = Remove(heard.Key);
                Put(document, heard);
                news.Add(new QuotaNews(
                    heard.Key,
                    before is null ? heard.Wanted.Namespaces : before.WantsTheSameAs(heard) ? [] : [.. before.Wanted.Namespaces.Union(heard.Wanted.Namespaces, StringComparer.Ordinal)]));
            }

            return news;
        }
    }

    /// <summary>Takes a write's answer over, unless the object is gone or newer by now.</summary>
    internal void Renew(T document)
    {
        var heard = read(document);
        lock (gate)
        {
            if (known.TryGetValue(heard.Key, out var before) && before.Document.Metadata.Uid == document.Metadata.Uid && !IsOldNews(document, heard.Key))
            {
                Remove(heard.Key);
                Put(document, heard);
            }
        }
    }

    private bool IsOldNews(T document, QuotaKey key) =>
        known.TryGetValue(key, out var before) && ResourceVersions.IsOlder(document.Metadata.ResourceVersion, before.Document.Metadata.ResourceVersion);

    private void Put(T document, HeardQuota heard)
    {
        known[heard.Key] = (document, heard);
        foreach (var ns in heard.Wanted.Namespaces)
        {
            if (!naming.TryGetValue(ns, out var keys))
            {
                naming[ns] = keys = [];
            }

            keys.Add(heard.Key);
        }
    }

    private HeardQuota? Remove(QuotaKey key)
    {
        if (!known.Remove(key, out var before))
        {
            return null;
        }

        foreach (var ns in before.Heard.Wanted.Namespaces)
        {
            if (naming[ns].Remove(key) && naming[ns].Count == 0)
            {
                naming.Remove(ns);
            }
        }

        return before.Heard;
    }
}
