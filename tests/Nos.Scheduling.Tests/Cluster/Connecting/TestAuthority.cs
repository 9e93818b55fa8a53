using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Nos.Scheduling.Tests.Cluster.Connecting;

/// <summary>An authority, self-signed or below another one, that signs certificates with keys of both kinds.</summary>
internal sealed class TestAuthority
{
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    private readonly X509Certificate2 certificate;

    private TestAuthority(X509Certificate2 certificate) => this.certificate = certificate;

    public string Pem => certificate.ExportCertificatePem() + "\n";

    public static TestAuthority Create(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new TestAuthority(Request(name, key, isAuthority: true).CreateSelfSigned(Now.AddDays(-1), Now.AddDays(30)));
    }

    public TestAuthority Below(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var signed = Sign(Request(name, key, isAuthority: true), Now.AddDays(20));
        return new TestAuthority(signed.CopyWithPrivateKey(key));
    }

    /// <summary>A server certificate with its key in it, for 127.0.0.1 and these names.</summary>
    public X509Certificate2 Server(params string[] names)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var alternatives = new SubjectAlternativeNameBuilder();
        alternatives.AddIpAddress(IPAddress.Loopback);
        Array.ForEach(names, alternatives.AddDnsName);
        var request = Request("server", key, isAuthority: false);
        request.CertificateExtensions.Add(alternatives.Build());
        using var signed = Sign(request, Now.AddDays(10));
        using var both = signed.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(both.Export(X509ContentType.Pkcs12), null);
    }

    /// <summary>A client certificate and its key as PEM.</summary>
    /// <param name="name">The common name.</param>
    /// <param name="format">How the key is written: <c>ec</c>, <c>ec-pkcs8</c>, <c>rsa</c>, <c>rsa-pkcs8</c>.</param>
    /// <param name="lifetime">From yesterday on.</param>
    public (string Certificate, string Key) Client(string name, string format = "ec", TimeSpan? lifetime = null)
    {
        using var ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var rsa = RSA.Create(2048);
        var isRsa = format.StartsWith("rsa", StringComparison.Ordinal);
        var request = isRsa
            ? new CertificateRequest($"O=team, CN={name}", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : new CertificateRequest($"O=team, CN={name}", ec, HashAlgorithmName.SHA256);
        using var signed = Sign(request, Now.AddDays(-1) + (lifetime ?? TimeSpan.FromDays(10)));
        var key = format switch
        {
            "ec" => ec.ExportECPrivateKeyPem(),
            "ec-pkcs8" => ec.ExportPkcs8PrivateKeyPem(),
            "rsa" => rsa.ExportRSAPrivateKeyPem(),
            _ => rsa.ExportPkcs8PrivateKeyPem(),
        };
        return (signed.ExportCertificatePem() + "\n", key + "\n");
    }

    private static CertificateRequest Request(string name, ECDsa key, bool isAuthority)
    {
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(isAuthority, false, 0, true));
        return request;
    }

    private X509Certificate2 Sign(CertificateRequest request, DateTimeOffset until)
    {
        using var key = certificate.GetECDsaPrivateKey()!;
        var generator = X509SignatureGenerator.CreateForECDsa(key);
        return request.Create(certificate.SubjectName, generator, Now.AddDays(-1), until, RandomNumberGenerator.GetBytes(16));
    }
}
