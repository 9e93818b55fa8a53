namespace Nos.Scheduling.Cluster.Documents;

/// <summary>What kubelet says of itself and its runtime: <c>status.nodeInfo</c> of a node.</summary>
public sealed record NodeSystem
{
    /// <summary>As <c>v1.36.2</c>; <see langword="null"/> where kubelet has not said.</summary>
    public string? KubeletVersion { get; init; }

    /// <summary>As <c>containerd://1.6.20</c>; <see langword="null"/> where kubelet has not said.</summary>
    public string? ContainerRuntimeVersion { get; init; }
}
