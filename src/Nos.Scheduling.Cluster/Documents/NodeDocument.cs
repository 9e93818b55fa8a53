namespace Nos.Scheduling.Cluster.Documents;

/// <summary>A node.</summary>
public sealed record NodeDocument : IKubeDocument
{
    /// <inheritdoc/>
    public string? ApiVersion { get; init; }

    /// <inheritdoc/>
    public string? Kind { get; init; }

    /// <inheritdoc/>
    public ObjectMeta Metadata { get => field ??= new(); init; }

    /// <summary>What the admin wants.</summary>
    public NodeSpec Spec { get => field ??= new(); init; }

    /// <summary>What kubelet says.</summary>
    public NodeStatus Status { get => field ??= new(); init; }
}
