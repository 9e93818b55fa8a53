using System.Security.Cryptography.X509Certificates;

namespace Nos.Scheduling.Tests.Manifests;

public sealed class DevelopmentCertificatesTests : IDisposable
{
    private const string ServerUse = "1.3.6.1.5.5.7.3.1";
    private const string ClientUse = "1.3.6.1.5.5.7.3.2";

    private readonly string folder = Directory.CreateTempSubdirectory("nos-certs-").FullName;

    [Fact]
    public async Task Server_and_scheduler_get_certificates_of_one_CA_for_the_names_they_are_called_by()
    {
        var run = await Make();

        using var server = Load("server");
        using var client = Load("kube-scheduler");
        Assert.All(
            ["nos-extender.nos-system.svc", "nos-admission.nos-system.svc", "localhost", "127.0.0.1"],
            name => Assert.True(server.MatchesHostname(name), $"no {name}"));
        Assert.Equal("CN=system:kube-scheduler", client.Subject);
        Assert.Equal([ServerUse], Uses(server));
        Assert.Equal([ClientUse], Uses(client));
        Assert.All(["server", "kube-scheduler"], name => Assert.True(IsOfTheCa(name)));
        Assert.All(["create secret generic nos-certificates", "create secret generic nos-scheduler-certificates", "patch mutatingwebhookconfiguration nos", "patch validatingwebhookconfiguration nos", "/webhooks/0/clientConfig/caBundle"],
            command => Assert.Contains(command, run, StringComparison.Ordinal));
        Assert.Contains(Convert.ToBase64String(File.ReadAllBytes(Path.Combine(folder, "ca", "ca.crt"))), run, StringComparison.Ordinal);
    }

    [Fact]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public async Task Keys_are_for_their_owner_alone()
    {
        await Make();

        Assert.All(Directory.GetFiles(folder, "*.key", SearchOption.AllDirectories), key =>
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(key)));
    }

    [Fact]
    public async Task What_is_good_is_kept()
    {
        await Make();
        var before = Contents();

        await Make();

        Assert.Equal(before, Contents());
    }

    [Fact]
    public async Task Renewing_makes_new_certificates_of_the_same_CA()
    {
        await Make();
        var before = Contents();

        await Make("--renew");

        var after = Contents();
        Assert.Equal(before["ca/ca.crt"], after["ca/ca.crt"]);
        Assert.NotEqual(before["server/tls.crt"], after["server/tls.crt"]);
        Assert.NotEqual(before["kube-scheduler/tls.key"], after["kube-scheduler/tls.key"]);
        Assert.True(IsOfTheCa("server"));
    }

    [Fact]
    public async Task What_is_broken_or_of_another_CA_is_made_anew()
    {
        await Make();
        File.WriteAllText(Path.Combine(folder, "server", "tls.key"), "broken");
        await Make();
        Assert.True(IsOfTheCa("server"));
        using (Load("server"))
        {
            // Loads only if the key belongs to the certificate.
        }

        Directory.Delete(Path.Combine(folder, "ca"), recursive: true);
        await Make();
        Assert.True(IsOfTheCa("server"));
        Assert.True(IsOfTheCa("kube-scheduler"));
    }

    [Fact]
    public async Task Another_name_of_the_server_is_added()
    {
        await Make();

        await Make("--host", "nos.example.com", "--host", "10.1.2.3");

        using var server = Load("server");
        Assert.True(server.MatchesHostname("nos.example.com") && server.MatchesHostname("10.1.2.3") && server.MatchesHostname("localhost"));
    }

    [Theory]
    [InlineData("--days '0' is not between 1 and 825.", "--days", "0")]
    [InlineData("--host 'a b' is neither a DNS name nor an IPv4 address.", "--host", "a b")]
    [InlineData("'--force' means nothing here; --help tells more.", "--force")]
    [InlineData("--out needs a value; --help tells more.", "--out")]
    public async Task Bad_usage_ends_with_2_and_a_sentence(string sentence, params string[] arguments)
    {
        var run = await Repository.Run("certs/make-dev-certs.sh", arguments);

        Assert.Equal((2, $"make-dev-certs.sh: {sentence}\n"), (run.ExitCode, run.Error));
    }

    [Fact]
    public async Task Without_openssl_it_says_so()
    {
        var run = await Repository.Run("certs/make-dev-certs.sh", ["--out", folder], ("PATH", folder));

        Assert.Equal((1, "make-dev-certs.sh: openssl is missing; on Debian: apt-get install openssl.\n"), (run.ExitCode, run.Error));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private async Task<string> Make(params string[] arguments)
    {
        var run = await Repository.Run("certs/make-dev-certs.sh", ["--out", folder, .. arguments]);
        Assert.True(run.ExitCode == 0, run.Error);
        return run.Output;
    }

    private X509Certificate2 Load(string name) =>
        X509Certificate2.CreateFromPemFile(Path.Combine(folder, name, "tls.crt"), Path.Combine(folder, name, "tls.key"));

    private bool IsOfTheCa(string name)
    {
        using var authority = X509CertificateLoader.LoadCertificateFromFile(Path.Combine(folder, "ca", "ca.crt"));
        using var certificate = X509CertificateLoader.LoadCertificateFromFile(Path.Combine(folder, name, "tls.crt"));
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.CustomTrustStore.Add(authority);
        return chain.Build(certificate) && File.ReadAllText(Path.Combine(folder, name, "ca.crt")) == File.ReadAllText(Path.Combine(folder, "ca", "ca.crt"));
    }

    private Dictionary<string, string> Contents() => Directory.GetFiles(folder, "*", SearchOption.AllDirectories)
        .ToDictionary(file => Path.GetRelativePath(folder, file), File.ReadAllText);

    private static IEnumerable<string> Uses(X509Certificate2 certificate) => certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>()
        .SelectMany(extension => extension.EnhancedKeyUsages.Cast<System.Security.Cryptography.Oid>()).Select(use => use.Value!);
}
