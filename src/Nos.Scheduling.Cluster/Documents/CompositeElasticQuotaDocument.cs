namespace Nos.Scheduling.Cluster.Documents;

/// <summary>One quota over several namespaces. It may live in any namespace, also in one that it does not name.</summary>
public sealed record CompositeElasticQuotaDocument : IKubeDocument
{
    /// <inheritdoc/>
    public string? ApiVersion { get; init; }

    /// <inheritdoc/>
    public string? Kind { get; init; }

    /// <inheritdoc/>
    public ObjectMeta Metadata { get => field ??= new(); init; }

    /// <summary>What should be.</summary>
    public CompositeElasticQuotaSpec Spec { get => field ??= new(); init; }

    /// <summary>What is; <see langword="null"/> until the leader has written it.</summary>
    public ElasticQuotaStatus? Status { get; init; }
}
