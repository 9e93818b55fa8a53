namespace Nos.Scheduling.Cluster.Documents;

/// <summary>What a container asks for, by resource name.</summary>
public sealed record ContainerResources
{
    /// <summary>The most it may use. For extended resources limits and requests are equal, and kubelet goes by the limits.</summary>
    public Dictionary<string, Quantity>? Limits { get; init; }

    /// <summary>What is kept for it.</summary>
    public Dictionary<string, Quantity>? Requests { get; init; }
}
