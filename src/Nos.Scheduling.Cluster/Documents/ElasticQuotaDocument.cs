namespace Nos.Scheduling.Cluster.Documents;

/// <summary>What one namespace is guaranteed and may have at most (spec, by users), and what it has (status, by the leader).</summary>
public sealed record ElasticQuotaDocument : IKubeDocument
{
    /// <inheritdoc/>
    public string? ApiVersion { get; init; }

    /// <inheritdoc/>
    public string? Kind { get; init; }

    /// <inheritdoc/>
    public ObjectMeta Metadata { get => field ??= new(); init; }

    /// <summary>What should be.</summary>
    public ElasticQuotaSpec Spec { get => field ??= new(); init; }

    /// <summary>What is; <see langword="null"/> until the leader has written it.</summary>
    public ElasticQuotaStatus? Status { get; init; }
}
