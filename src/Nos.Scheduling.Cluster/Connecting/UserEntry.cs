using YamlDotNet.Serialization;

namespace Nos.Scheduling.Cluster.Connecting;

/// <summary>An identity in a kubeconfig.</summary>
internal sealed class UserEntry
{
    /// <summary>A file with a certificate and those between it and its authority, PEM.</summary>
    [YamlMember(Alias = "client-certificate", ApplyNamingConventions = false)]
    public string? Certificate { get; set; }

    /// <summary>The same, base64; wins over the file.</summary>
    [YamlMember(Alias = "client-certificate-data", ApplyNamingConventions = false)]
    public string? CertificateData { get; set; }

    /// <summary>A file with the certificate's key, PEM.</summary>
    [YamlMember(Alias = "client-key", ApplyNamingConventions = false)]
    public string? Key { get; set; }

    /// <summary>The same, base64; wins over the file.</summary>
    [YamlMember(Alias = "client-key-data", ApplyNamingConventions = false)]
    public string? KeyData { get; set; }

    /// <summary>A bearer token.</summary>
    public string? Token { get; set; }

    /// <summary>A file with one; wins over the token.</summary>
    [YamlMember(Alias = "tokenFile", ApplyNamingConventions = false)]
    public string? TokenFile { get; set; }

    /// <summary>For basic authentication.</summary>
    public string? Username { get; set; }

    /// <summary>For basic authentication.</summary>
    public string? Password { get; set; }

    /// <summary>Who to act as.</summary>
    public string? As { get; set; }

    /// <summary>
    /// The groups to act as a member of: not supported, for one header line holds one group and HttpClient writes them all into one.
    /// </summary>
    [YamlMember(Alias = "as-groups", ApplyNamingConventions = false)]
    public List<string>? AsGroups { get; set; }

    /// <summary>A program that logs in: not supported.</summary>
    public ExecEntry? Exec { get; set; }

    /// <summary>A login of old: not supported.</summary>
    [YamlMember(Alias = "auth-provider", ApplyNamingConventions = false)]
    public AuthProviderEntry? AuthProvider { get; set; }

    /// <summary>A program that logs in.</summary>
    internal sealed class ExecEntry
    {
        /// <summary>The program.</summary>
        public string? Command { get; set; }
    }

    /// <summary>A login of old.</summary>
    internal sealed class AuthProviderEntry
    {
        /// <summary>Which one.</summary>
        public string? Name { get; set; }
    }
}
