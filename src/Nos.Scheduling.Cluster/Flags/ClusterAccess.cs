namespace Nos.Scheduling.Cluster.Flags;

/// <summary>How a process reaches its cluster. The three nested records are the only ways.</summary>
public abstract record ClusterAccess
{
    private ClusterAccess()
    {
    }

    /// <summary>
    /// The flag, else <c>$KUBECONFIG</c>, else the service account of the pod that this runs in. <c>~/.kube/config</c> is not read: a server must
    /// not govern the cluster that its author happened to look at last.
    /// </summary>
    /// <param name="kubeconfig">The flag's value, or <see langword="null"/>.</param>
    /// <param name="environment">A variable's value; <see langword="null"/> or empty where it is not set.</param>
    public static ClusterAccess Find(string? kubeconfig, Func<string, string?> environment) =>
        kubeconfig is not null ? new Kubeconfig(kubeconfig)
        : environment("KUBECONFIG") is { Length: > 0 } path ? new Kubeconfig(path)
        : environment("KUBERNETES_SERVICE_HOST") is { Length: > 0 } ? new InCluster()
        : new Nowhere();

    /// <summary>By a kubeconfig file.</summary>
    /// <param name="Path">Not yet opened.</param>
    public sealed record Kubeconfig(string Path) : ClusterAccess;

    /// <summary>As a pod, by its service account.</summary>
    public sealed record InCluster : ClusterAccess;

    /// <summary>Nothing says where a cluster is.</summary>
    public sealed record Nowhere : ClusterAccess;
}
