namespace Nos.Scheduling.Cluster.Documents;

/// <summary>What a priority's name is worth.</summary>
public sealed record PriorityClassDocument : IKubeDocument
{
    /// <inheritdoc/>
    public string? ApiVersion { get; init; }

    /// <inheritdoc/>
    public string? Kind { get; init; }

    /// <inheritdoc/>
    public ObjectMeta Metadata { get => field ??= new(); init; }

    /// <summary>The priority.</summary>
    public int Value { get; init; }

    /// <summary>Whether pods that name none get it.</summary>
    public bool? GlobalDefault { get; init; }
}
