using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Cluster.State;

/// <summary>Makes the next snapshot out of the last one and the nodes that changed.</summary>
internal static class SnapshotBuilder
{
    /// <summary>The same nodes but for those named, which are made anew or left out where <paramref name="assemble"/> knows none.</summary>
    /// <remarks>While no node comes or goes it copies one array of references and shares the index.</remarks>
    internal static ClusterSnapshot Replace(ClusterSnapshot before, IReadOnlyCollection<string> changed, Func<string, Node?> assemble)
    {
        var made = new List<(string Name, Node? Node)>(changed.Count);
        var sameNames = true;
        foreach (var name in changed)
        {
            var node = assemble(name);
            made.Add((name, node));
            sameNames &= node is not null == before.Places.ContainsKey(name);
        }

        if (!sameNames)
        {
            var names = changed.ToHashSet(StringComparer.Ordinal);
            return ClusterSnapshot.Of(before.Nodes.Where(node => !names.Contains(node.Name)).Concat(made.Select(one => one.Node).OfType<Node>()));
        }

        var nodes = before.Nodes.ToBuilder();
        foreach (var (name, node) in made)
        {
            if (node is not null)
            {
                nodes[before.Places[name]] = node;
            }
        }

        return new ClusterSnapshot(nodes.DrainToImmutable(), before.Places);
    }
}
