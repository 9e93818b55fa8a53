using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Nos.Scheduling.Cluster.Connecting;

/// <summary>All that is needed to reach an API server.</summary>
/// <param name="Source">Where it is written, for messages.</param>
/// <param name="Server">The server's address, with a slash at the end.</param>
internal sealed record ConnectionSettings(string Source, Uri Server)
{
    /// <summary>The name in the server's certificate; <see langword="null"/> for the address's.</summary>
    public string? TlsServerName { get; init; }

    /// <summary>Whether any certificate will do.</summary>
    public bool SkipsVerification { get; init; }

    /// <summary>The only authorities that are trusted; <see langword="null"/> for those that the system trusts.</summary>
    public X509Certificate2Collection? Authorities { get; init; }

    /// <summary>A proxy, or <see langword="null"/> for what the environment says.</summary>
    public Uri? Proxy { get; init; }

    /// <summary>The certificate to show, with those above it.</summary>
    public SslStreamCertificateContext? Certificate { get; init; }

    /// <summary>A bearer token.</summary>
    public string? Token { get; init; }

    /// <summary>A file with one, which may change; wins over <see cref="Token"/> as long as it can be read.</summary>
    public string? TokenFile { get; init; }

    /// <summary>For basic authentication.</summary>
    public (string Name, string Password)? Basic { get; init; }

    /// <summary>Who to act as.</summary>
    public string? ActsAs { get; init; }

    /// <summary>The namespace that is meant where none is said.</summary>
    public string? Namespace { get; init; }
}
