using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Nos.Scheduling.Nodes;

/// <summary>All nodes at one moment. Immutable: one writer replaces it as a whole, readers take one reference and never lock.</summary>
/// <param name="nodes">In ordinal order of names.</param>
/// <param name="places">Where in <paramref name="nodes"/> a name is; shared between snapshots while no node comes or goes.</param>
public sealed class ClusterSnapshot(ImmutableArray<Node> nodes, FrozenDictionary<string, int> places)
{
    /// <summary>A cluster without nodes.</summary>
    public static ClusterSnapshot Empty { get; } = new([], FrozenDictionary<string, int>.Empty);

    /// <summary>The nodes, in ordinal order of names.</summary>
    public ImmutableArray<Node> Nodes { get; } = nodes;

    /// <summary>Where in <see cref="Nodes"/> a name is.</summary>
    public FrozenDictionary<string, int> Places { get; } = places;

    /// <summary>A snapshot of these nodes, in any order.</summary>
    /// <exception cref="ArgumentException">Two nodes have one name.</exception>
    public static ClusterSnapshot Of(IEnumerable<Node> nodes)
    {
        var ordered = nodes.OrderBy(node => node.Name, StringComparer.Ordinal).ToImmutableArray();
        return new ClusterSnapshot(ordered, ordered.Select((node, place) => KeyValuePair.Create(node.Name, place)).ToFrozenDictionary(StringComparer.Ordinal));
    }

    /// <summary>The node of that name, or <see langword="null"/>.</summary>
    public Node? Find(string name) => Places.TryGetValue(name, out var place) ? Nodes[place] : null;
}
