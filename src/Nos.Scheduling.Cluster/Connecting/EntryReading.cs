namespace Nos.Scheduling.Cluster.Connecting;

/// <summary>Makes of what a kubeconfig says what a connection needs.</summary>
internal static class EntryReading
{
    public static ConnectionSettings Combine(string context, FiledEntry<ClusterEntry> cluster, FiledEntry<UserEntry> user)
    {
        Refuse(user);
        var authorities = cluster.Text("cluster", "certificate-authority", cluster.Value.AuthorityData, cluster.Value.Authority);
        if (authorities is not null && cluster.Value.SkipsVerification)
        {
            throw new KubeConfigException(
                $"{cluster.File}: cluster '{cluster.Name}' has both certificate-authority and insecure-skip-tls-verify; take the latter out");
        }

        return new ConnectionSettings($"context '{context}' of {cluster.File}", Address(cluster, "server", cluster.Value.Server))
        {
            TlsServerName = cluster.Value.TlsServerName,
            SkipsVerification = cluster.Value.SkipsVerification,
            Authorities = authorities is null ? null : Certificates.ReadAuthorities(authorities, $"{cluster.File}: certificate-authority of cluster '{cluster.Name}'"),
            Proxy = string.IsNullOrEmpty(cluster.Value.Proxy) ? null : Address(cluster, "proxy-url", cluster.Value.Proxy),
            Certificate = ReadCertificate(user),
            Token = user.Value.Token is { Length: > 0 } token ? token.Trim() : null,
            TokenFile = user.Value.TokenFile is { Length: > 0 } path ? user.Resolve(path) : null,
            Basic = user.Value.Username is { Length: > 0 } name ? (name, user.Value.Password ?? "") : null,
            ActsAs = user.Value.As is { Length: > 0 } other ? other : null,
        };
    }

    private static void Refuse(FiledEntry<UserEntry> user)
    {
        if (user.Value.AsGroups is { Count: > 0 })
        {
            throw new KubeConfigException($"{user.File}: user '{user.Name}' acts in groups (as-groups), which is not supported; write the credentials of such a user instead");
        }

        var how = user.Value.Exec is { } exec ? $"by running '{exec.Command}' (exec)"
            : user.Value.AuthProvider is { } provider ? $"by the auth-provider '{provider.Name}'"
            : null;
        if (how is not null)
        {
            throw new KubeConfigException(
                $"{user.File}: user '{user.Name}' logs in {how}, which is not supported; write a token (of 'kubectl create token SERVICEACCOUNT'), a tokenFile, "
                + "or client-certificate and client-key instead");
        }
    }

    private static Uri Address(FiledEntry<ClusterEntry> cluster, string field, string? text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || (field == "server" && address.Scheme is not ("https" or "http")))
        {
            throw new KubeConfigException($"{cluster.File}: {field} of cluster '{cluster.Name}' is '{text}'; write an address such as https://10.0.0.1:6443");
        }

        return field != "server" || address.AbsoluteUri.EndsWith('/') ? address : new Uri(address.AbsoluteUri + "/");
    }

    private static System.Net.Security.SslStreamCertificateContext? ReadCertificate(FiledEntry<UserEntry> user)
    {
        var certificate = user.Text("user", "client-certificate", user.Value.CertificateData, user.Value.Certificate);
        var key = user.Text("user", "client-key", user.Value.KeyData, user.Value.Key);
        return (certificate, key) switch
        {
            (null, null) => null,
            (null, _) => throw new KubeConfigException($"{user.File}: user '{user.Name}' has a client-key without a client-certificate; write both"),
            (_, null) => throw new KubeConfigException($"{user.File}: user '{user.Name}' has a client-certificate without a client-key; write both"),
            _ => Certificates.ReadClient(certificate, key, $"{user.File}: user '{user.Name}'"),
        };
    }
}
