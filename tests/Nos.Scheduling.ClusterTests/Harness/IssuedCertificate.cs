namespace Nos.Scheduling.ClusterTests.Harness;

/// <summary>A certificate of the plane's authority, as PEM files under the names that <c>--cert-dir</c> expects.</summary>
/// <param name="Folder">Holds <c>tls.crt</c>, <c>tls.key</c> and <c>ca.crt</c>.</param>
public sealed record IssuedCertificate(string Folder)
{
    public string CertificateFile => Path.Combine(Folder, "tls.crt");

    public string KeyFile => Path.Combine(Folder, "tls.key");

    public string AuthorityFile => Path.Combine(Folder, "ca.crt");
}
