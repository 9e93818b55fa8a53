using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Documents;

namespace Nos.Scheduling.Cluster.State;

/// <summary>Enters what an informer brings into what is known of one kind of cluster-scoped object.</summary>
internal static class DocumentChanges
{
    /// <summary>Enters the change and tells what became of each object: what it was, and what it is now, <see langword="null"/> where there is none.</summary>
    /// <param name="change">What was heard.</param>
    /// <param name="known">The objects by name.</param>
    internal static IReadOnlyList<(string Name, T? Before, T? Now)> Apply<T>(InformerEvent<T> change, Dictionary<string, T> known)
        where T : class, IKubeDocument
    {
        var changes = new List<(string, T?, T?)>();
        var listed = change.IsReplacement ? change.Changed.Select(item => item.Metadata.Name).ToHashSet(StringComparer.Ordinal) : null;
        var gone = listed is null
            ? change.Deleted.Where(item => known.GetValueOrDefault(item.Metadata.Name)?.Metadata.Uid == item.Metadata.Uid).Select(item => item.Metadata.Name)
            : known.Keys.Where(name => !listed.Contains(name));
        foreach (var name in gone.ToArray())
        {
            known.Remove(name, out var before);
            changes.Add((name, before, null));
        }

        foreach (var item in change.Changed)
        {
            // A write's answer may have overtaken the watch: what is older than what is known is old news. A list is believed whatever its
            // versions: those of a server that was restored from a backup begin anew.
            var before = known.GetValueOrDefault(item.Metadata.Name);
            if (listed is not null || before is null || !ResourceVersions.IsOlder(item.Metadata.ResourceVersion, before.Metadata.ResourceVersion))
            {
                known[item.Metadata.Name] = item;
                changes.Add((item.Metadata.Name, before, item));
            }
        }

        return changes;
    }
}
