namespace Nos.Scheduling.Cluster.Documents;

/// <summary>What one node's GPUs should be cut into (spec, by the leader) and what they are cut into (status, by the node's agent).</summary>
public sealed record GpuNodeDocument : IKubeDocument
{
    /// <inheritdoc/>
    public string? ApiVersion { get; init; }

    /// <inheritdoc/>
    public string? Kind { get; init; }

    /// <inheritdoc/>
    public ObjectMeta Metadata { get => field ??= new(); init; }

    /// <summary>What should be.</summary>
    public GpuNodeSpec Spec { get => field ??= new(); init; }

    /// <summary>What is; <see langword="null"/> until the agent has reported.</summary>
    public GpuNodeStatus? Status { get; init; }

    /// <summary>Whether it is this very node's: not one of an earlier node of the same name. One that names no node is whosever name it bears.</summary>
    public bool IsOf(NodeDocument node) =>
        Array.TrueForAll(Metadata.OwnerReferences ?? [], owner => owner.Kind != "Node" || owner.Uid == node.Metadata.Uid);
}
