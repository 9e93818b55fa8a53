using System.Collections.Concurrent;
using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Documents;

namespace Nos.Scheduling.Cluster.State;

/// <summary>The namespaces by name. Safe to ask from any thread: admission does, beside the informer that feeds it.</summary>
internal sealed class NamespaceIndex
{
    private readonly ConcurrentDictionary<string, NamespaceDocument> known = new(StringComparer.Ordinal);

    /// <summary>The namespace, or <see langword="null"/> where none of that name is known.</summary>
    internal NamespaceDocument? Find(string name) => known.GetValueOrDefault(name);

    /// <summary>The names of all, in no order.</summary>
    internal IReadOnlyCollection<string> Names => [.. known.Keys];

    /// <summary>Takes an informer's namespaces over.</summary>
    /// <returns>The names of those that came, changed or went.</returns>
    internal IReadOnlyCollection<string> Take(InformerEvent<NamespaceDocument> change)
    {
        var listed = change.Changed.Select(item => item.Metadata.Name).ToArray();
        var gone = (change.IsReplacement ? known.Keys.Except(listed) : change.Deleted.Select(item => item.Metadata.Name)).ToArray();
        foreach (var name in gone)
        {
            known.TryRemove(name, out _);
        }

        foreach (var item in change.Changed)
        {
            known[item.Metadata.Name] = item;
        }

        return [.. listed, .. gone];
    }
}
