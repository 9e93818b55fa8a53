namespace Nos.Scheduling.Cluster.Documents;

/// <summary>A pod.</summary>
public sealed record PodDocument : IKubeDocument
{
    /// <inheritdoc/>
    public string? ApiVersion { get; init; }

    /// <inheritdoc/>
    public string? Kind { get; init; }

    /// <inheritdoc/>
    public ObjectMeta Metadata { get => field ??= new(); init; }

    /// <summary>What the user asked for.</summary>
    public PodSpec Spec { get => field ??= new(); init; }

    /// <summary>What became of it.</summary>
    public PodStatus Status { get => field ??= new(); init; }
}
