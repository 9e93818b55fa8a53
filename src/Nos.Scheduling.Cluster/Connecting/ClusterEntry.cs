using YamlDotNet.Serialization;

namespace Nos.Scheduling.Cluster.Connecting;

/// <summary>An API server in a kubeconfig.</summary>
internal sealed class ClusterEntry
{
    /// <summary>Its address.</summary>
    public string? Server { get; set; }

    /// <summary>The name in its certificate, where that is not the address's.</summary>
    [YamlMember(Alias = "tls-server-name", ApplyNamingConventions = false)]
    public string? TlsServerName { get; set; }

    /// <summary>Whether any certificate will do.</summary>
    [YamlMember(Alias = "insecure-skip-tls-verify", ApplyNamingConventions = false)]
    public bool SkipsVerification { get; set; }

    /// <summary>A file of trusted certificates, PEM.</summary>
    [YamlMember(Alias = "certificate-authority", ApplyNamingConventions = false)]
    public string? Authority { get; set; }

    /// <summary>The same, base64; wins over the file.</summary>
    [YamlMember(Alias = "certificate-authority-data", ApplyNamingConventions = false)]
    public string? AuthorityData { get; set; }

    /// <summary>A proxy, with scheme.</summary>
    [YamlMember(Alias = "proxy-url", ApplyNamingConventions = false)]
    public string? Proxy { get; set; }
}
