namespace Nos.Scheduling.Cluster.Documents;

/// <summary>Who holds a lease, and for how long. Times are other machines': compare them with themselves, never with an own clock.</summary>
public sealed record LeaseSpec
{
    /// <summary>The holder; <see langword="null"/> or empty while nobody holds it.</summary>
    public string? HolderIdentity { get; init; }

    /// <summary>Unit: seconds that it lasts after a renewal.</summary>
    public int? LeaseDurationSeconds { get; init; }

    /// <summary>When the holder took it; Kubernetes' MicroTime, as text.</summary>
    public string? AcquireTime { get; init; }

    /// <summary>When the holder renewed it last; Kubernetes' MicroTime, as text.</summary>
    public string? RenewTime { get; init; }

    /// <summary>How often it changed hands.</summary>
    public int? LeaseTransitions { get; init; }
}
