namespace Nos.Scheduling.Cluster.Documents;

/// <summary>Who a container runs as.</summary>
public sealed record SecurityContext
{
    /// <summary>The uid; <see langword="null"/> means the image's.</summary>
    public long? RunAsUser { get; init; }
}
