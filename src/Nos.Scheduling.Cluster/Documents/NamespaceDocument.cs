namespace Nos.Scheduling.Cluster.Documents;

/// <summary>A namespace: its labels and annotations decide how its pods are treated.</summary>
public sealed record NamespaceDocument : IKubeDocument
{
    /// <inheritdoc/>
    public string? ApiVersion { get; init; }

    /// <inheritdoc/>
    public string? Kind { get; init; }

    /// <inheritdoc/>
    public ObjectMeta Metadata { get => field ??= new(); init; }
}
