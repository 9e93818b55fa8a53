using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Nos.Scheduling.Cluster.Connecting;

/// <summary>Reads certificates and keys from PEM.</summary>
internal static class Certificates
{
    private const string CommonName = "2.5.4.3";

    /// <summary>The certificates of a bundle.</summary>
    /// <param name="pem">The bundle.</param>
    /// <param name="what">Beginning of the sentence where it is none.</param>
    public static X509Certificate2Collection ReadAuthorities(string pem, string what)
    {
        var authorities = new X509Certificate2Collection();
        try
        {
            authorities.ImportFromPem(pem);
        }
        catch (CryptographicException failure)
        {
            throw new KubeConfigException($"{what} can't be read ({failure.Message}); write the authority's certificate as PEM", failure);
        }

        return authorities.Count > 0
            ? authorities
            : throw new KubeConfigException($"{what} holds no certificate; write the authority's certificate as PEM, '-----BEGIN CERTIFICATE-----' and so on");
    }

    /// <summary>A certificate with its key, RSA or EC, and the certificates above it that the PEM holds.</summary>
    /// <param name="certificate">PEM, the client's own certificate first.</param>
    /// <param name="key">PEM, not encrypted.</param>
    /// <param name="what">Beginning of the sentence where something is wrong.</param>
    public static SslStreamCertificateContext ReadClient(string certificate, string key, string what)
    {
        if (key.Contains("ENCRYPTED", StringComparison.Ordinal))
        {
            throw new KubeConfigException($"{what}: its client-key is encrypted; write it without a passphrase ('openssl pkey -in KEY')");
        }

        var all = new X509Certificate2Collection();
        try
        {
            all.ImportFromPem(certificate);
            using var own = X509Certificate2.CreateFromPem(certificate, key);
            var above = new X509Certificate2Collection(all.Skip(1).ToArray());

            // Through PKCS#12: a key that exists only in memory is not offered by the TLS of every platform.
            var kept = X509CertificateLoader.LoadPkcs12(own.Export(X509ContentType.Pkcs12), null);
            return SslStreamCertificateContext.Create(kept, above, offline: true);
        }
        catch (CryptographicException failure)
        {
            throw new KubeConfigException(
                $"{what}: its client-certificate and client-key can't be used ({failure.Message}); write a certificate and the key that belongs to it, both as PEM", failure);
        }
    }

    /// <summary>The user that a client certificate stands for; <see langword="null"/> where it names none.</summary>
    public static string? CommonNameOf(X509Certificate2 certificate) => certificate.SubjectName
        .EnumerateRelativeDistinguishedNames()
        .Where(part => !part.HasMultipleElements && part.GetSingleElementType().Value == CommonName)
        .Select(part => part.GetSingleElementValue())
        .LastOrDefault();
}
