namespace Nos.Scheduling.Cluster.Connecting;

/// <summary>Finds out how to reach a cluster. Nothing is sent yet: what is wrong with the server is found out by the first request.</summary>
public static class KubeConfig
{
    private const string ServiceAccountFolder = "/var/run/secrets/kubernetes.io/serviceaccount";

    /// <summary>By a kubeconfig.</summary>
    /// <param name="path">
    /// A file, or several as in <c>$KUBECONFIG</c>, separated by <c>:</c>: what the first of them says wins, missing ones are passed over.
    /// </param>
    /// <param name="context">The context; <see langword="null"/> for the <c>current-context</c>.</param>
    /// <exception cref="KubeConfigException">It is missing, unreadable or says nothing usable.</exception>
    public static KubeConnection Open(string path, string? context = null) => Open(path, context, TimeProvider.System);

    /// <summary>By the service account of the pod that this process runs in.</summary>
    /// <exception cref="KubeConfigException">There is none.</exception>
    public static KubeConnection OpenInCluster() => OpenInCluster(Environment.GetEnvironmentVariable, ServiceAccountFolder, TimeProvider.System);

    /// <summary>As kubectl finds it: the flag, else <c>$KUBECONFIG</c>, else <c>~/.kube/config</c>, else the service account of the pod.</summary>
    /// <param name="flag">The flag's value, or <see langword="null"/>.</param>
    /// <param name="context">The context; <see langword="null"/> for the <c>current-context</c>.</param>
    /// <param name="environment">A variable's value; <see langword="null"/> or empty where it is not set.</param>
    /// <exception cref="KubeConfigException">There is none of these, or it is unusable.</exception>
    public static KubeConnection OpenAsKubectl(string? flag, string? context, Func<string, string?> environment)
    {
        ArgumentNullException.ThrowIfNull(environment);
        var home = environment("HOME") is { Length: > 0 } folder ? Path.Combine(folder, ".kube", "config") : null;
        var path = flag ?? (environment("KUBECONFIG") is { Length: > 0 } variable ? variable : File.Exists(home) ? home : null);
        if (path is not null)
        {
            return Open(path, context);
        }

        return environment("KUBERNETES_SERVICE_HOST") is { Length: > 0 }
            ? OpenInCluster(environment, ServiceAccountFolder, TimeProvider.System)
            : throw new KubeConfigException($"no kubeconfig found: give --kubeconfig FILE, set KUBECONFIG, or write one to {home ?? "~/.kube/config"}");
    }

    internal static KubeConnection Open(string path, string? context, TimeProvider time) => new(MergedKubeConfig.Read(path).Resolve(context), time);

    internal static KubeConnection OpenInCluster(Func<string, string?> environment, string folder, TimeProvider time) =>
        new(InCluster.Resolve(environment, folder), time);
}
