using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Nos.Scheduling.Cluster.Connecting;

/// <summary>Decides whether a server is the one that is meant.</summary>
internal static class ServerTrust
{
    /// <summary>TLS as the settings say.</summary>
    public static SslClientAuthenticationOptions Options(ConnectionSettings settings)
    {
        var options = new SslClientAuthenticationOptions { ClientCertificateContext = settings.Certificate };
        if (settings.SkipsVerification)
        {
#pragma warning disable CA5359 // The user wrote insecure-skip-tls-verify.
            options.RemoteCertificateValidationCallback = (_, _, _, _) => true;
#pragma warning restore CA5359
        }
        else if (settings.Authorities is { } authorities)
        {
            options.CertificateChainPolicy = Policy(authorities);
            options.RemoteCertificateValidationCallback = (_, _, chain, errors) => IsTrusted(authorities, chain, errors);
        }

        return options;
    }

    private static X509ChainPolicy Policy(X509Certificate2Collection authorities)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(authorities);
        return policy;
    }

    /// <summary>
    /// Beyond what the platform accepts: an authority of the bundle need not be self-signed. Kubernetes trusts every certificate in it as it stands,
    /// so a bundle may hold an intermediate authority alone; the platform then finds only the end of the chain missing.
    /// </summary>
    private static bool IsTrusted(X509Certificate2Collection authorities, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.None)
        {
            return true;
        }

        if (errors != SslPolicyErrors.RemoteCertificateChainErrors || chain is null)
        {
            return false;
        }

        const X509ChainStatusFlags MissingEnd = X509ChainStatusFlags.PartialChain | X509ChainStatusFlags.UntrustedRoot;
        return Array.TrueForAll(chain.ChainStatus, status => (status.Status & ~MissingEnd) == 0)
            && chain.ChainElements.Skip(1).Any(element => authorities.Any(authority => authority.RawDataMemory.Span.SequenceEqual(element.Certificate.RawDataMemory.Span)));
    }
}
