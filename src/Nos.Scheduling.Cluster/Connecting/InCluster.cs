namespace Nos.Scheduling.Cluster.Connecting;

/// <summary>What kubelet puts into every pod about its API server.</summary>
internal static class InCluster
{
    /// <param name="environment">A variable's value.</param>
    /// <param name="folder">Where the service account's files are.</param>
    public static ConnectionSettings Resolve(Func<string, string?> environment, string folder)
    {
        var host = environment("KUBERNETES_SERVICE_HOST");
        var port = environment("KUBERNETES_SERVICE_PORT") is { Length: > 0 } given ? given : "443";
        var bracketed = host?.Contains(':', StringComparison.Ordinal) == true ? $"[{host}]" : host;
        if (string.IsNullOrEmpty(host) || !Uri.TryCreate($"https://{bracketed}:{port}/", UriKind.Absolute, out var server))
        {
            throw new KubeConfigException(
                $"this is no pod of a cluster: KUBERNETES_SERVICE_HOST is '{host}' and KUBERNETES_SERVICE_PORT '{port}'; give --kubeconfig FILE instead");
        }

        var authority = Path.Combine(folder, "ca.crt");
        return new ConnectionSettings("the pod's service account", server)
        {
            Authorities = Certificates.ReadAuthorities(Read(authority), authority),
            Token = Read(Path.Combine(folder, "token")),
            TokenFile = Path.Combine(folder, "token"),
            Namespace = File.Exists(Path.Combine(folder, "namespace")) ? Read(Path.Combine(folder, "namespace")) : null,
        };
    }

    private static string Read(string file)
    {
        try
        {
            return File.ReadAllText(file).Trim();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new KubeConfigException(
                $"{file}: it can't be read ({failure.Message}); let the pod have its service account (automountServiceAccountToken: true) or give --kubeconfig FILE", failure);
        }
    }
}
