using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Documents;

namespace Nos.Scheduling.Cluster.State;

/// <summary>What the node's label says of how its GPUs are to be shared, in the words of <c>GpuNode.spec.mode</c>.</summary>
public static class PartitioningLabel
{
    /// <summary>The node's GPUs are cut by MIG.</summary>
    public const string Mig = "MIG";

    /// <summary>The node's GPUs are shared by MPS.</summary>
    public const string Mps = "MPS";

    /// <summary><see cref="Mig"/> or <see cref="Mps"/>; <see langword="null"/> where the node is not to be partitioned, or the label is nonsense.</summary>
    public static string? ModeOf(NodeDocument? node) => node?.Metadata.Label(NosKeys.GpuPartitioning) switch
    {
        "mig" => Mig,
        "mps" => Mps,
        _ => null,
    };
}
