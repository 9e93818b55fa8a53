using System.Collections.Immutable;
using System.Collections.ObjectModel;

namespace Nos.Scheduling.Nodes;

/// <summary>What a node tells schedulers of itself, beside what it holds.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Labels">Its labels.</param>
/// <param name="Taints">Its taints; that of a cordon among them.</param>
/// <param name="IsReady">Whether kubelet says it is ready, or says nothing, and it is not being deleted.</param>
public sealed record NodeTraits(string Name, IReadOnlyDictionary<string, string> Labels, ImmutableArray<Taint> Taints, bool IsReady)
{
    /// <summary>A ready node without labels and taints.</summary>
    public static NodeTraits Of(string name) => new(name, ReadOnlyDictionary<string, string>.Empty, [], IsReady: true);
}
