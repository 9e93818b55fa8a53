using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Nos.Scheduling.ClusterTests.Harness;

/// <summary>A throw-away authority for one control plane: signs its API server, its users and its webhooks.</summary>
public sealed class CertificateAuthority : IDisposable
{
    private const string ServerUse = "1.3.6.1.5.5.7.3.1";
    private const string ClientUse = "1.3.6.1.5.5.7.3.2";

    private readonly X509Certificate2 _certificate;
    private readonly string _folder;
    private int _issued;

    /// <param name="folder">Where certificates and keys are written; each issued one in a folder of its own.</param>
    public CertificateAuthority(string folder)
    {
        _folder = folder;
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=nos-test-ca", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        var now = TimeProvider.System.GetUtcNow();
        _certificate = request.CreateSelfSigned(now.AddHours(-1), now.AddDays(30));

        Directory.CreateDirectory(folder);
        CertificateFile = Path.Combine(folder, "ca.crt");
        File.WriteAllText(CertificateFile, _certificate.ExportCertificatePem() + "\n");
    }

    /// <summary>PEM; what clients and servers of this plane trust.</summary>
    public string CertificateFile { get; }

    /// <summary>A client certificate as Kubernetes reads it: common name = user, organizations = groups.</summary>
    public IssuedCertificate IssueClient(string commonName, params string[] organizations)
    {
        var subject = new X500DistinguishedNameBuilder();
        foreach (var organization in organizations)
        {
            subject.AddOrganizationName(organization);
        }

        subject.AddCommonName(commonName);
        return Issue(subject.Build(), ClientUse, names: null);
    }

    /// <summary>A server certificate for DNS names and IP addresses; the first one is its common name.</summary>
    public IssuedCertificate IssueServer(params string[] names)
    {
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
        {
            if (IPAddress.TryParse(name, out var address))
            {
                alternatives.AddIpAddress(address);
            }
            else
            {
                alternatives.AddDnsName(name);
            }
        }

        var subject = new X500DistinguishedNameBuilder();
        subject.AddCommonName(names[0]);
        return Issue(subject.Build(), ServerUse, alternatives.Build());
    }

    /// <summary>A key pair that is no certificate: the API server signs service account tokens with it.</summary>
    /// <returns>PEM file of the private key, from which the API server takes the public one too.</returns>
    public string NewSigningKey(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var file = Path.Combine(_folder, name + ".key");
        WriteSecret(file, key.ExportECPrivateKeyPem());
        return file;
    }

    public void Dispose() => _certificate.Dispose();

    private IssuedCertificate Issue(X500DistinguishedName subject, string use, X509Extension? names)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(use)], false));
        if (names is not null)
        {
            request.CertificateExtensions.Add(names);
        }

        using var certificate = request.Create(
            _certificate, _certificate.NotBefore, _certificate.NotAfter, RandomNumberGenerator.GetBytes(16));

        var folder = Directory.CreateDirectory(Path.Combine(_folder, $"issued-{Interlocked.Increment(ref _issued)}")).FullName;
        var issued = new IssuedCertificate(folder);
        File.WriteAllText(issued.CertificateFile, certificate.ExportCertificatePem() + "\n");
        WriteSecret(issued.KeyFile, key.ExportPkcs8PrivateKeyPem());
        File.Copy(CertificateFile, issued.AuthorityFile);
        return issued;
    }

    private static void WriteSecret(string file, string pem)
    {
        File.WriteAllText(file, pem + "\n");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }
}
