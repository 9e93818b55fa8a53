namespace Nos.Scheduling.Cluster.Documents;

/// <summary>The part of a node's spec that decisions need.</summary>
public sealed record NodeSpec
{
    /// <summary>Whether the node is cordoned.</summary>
    public bool? Unschedulable { get; init; }

    /// <summary>Taints, or <see langword="null"/>.</summary>
    public Taint[]? Taints { get; init; }
}
