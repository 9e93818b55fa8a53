namespace Nos.Scheduling.Cluster.Documents;

/// <summary>A <c>coordination.k8s.io/v1</c> Lease: an agent's heartbeat, or the election of the leader.</summary>
public sealed record LeaseDocument : IKubeDocument
{
    /// <inheritdoc/>
    public string? ApiVersion { get; init; }

    /// <inheritdoc/>
    public string? Kind { get; init; }

    /// <inheritdoc/>
    public ObjectMeta Metadata { get => field ??= new(); init; }

    /// <summary>Who holds it, and for how long.</summary>
    public LeaseSpec Spec { get => field ??= new(); init; }
}
