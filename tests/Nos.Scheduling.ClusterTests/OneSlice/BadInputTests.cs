using System.Net;
using System.Text;
using Nos.Scheduling.ClusterTests.Harness;

namespace Nos.Scheduling.ClusterTests.OneSlice;

[Collection(ControlPlaneCollection.Name)]
public sealed class BadInputTests(SharedControlPlane shared)
{
    private readonly ControlPlane plane = shared.Plane;

    [Fact]
    public async Task A_missing_kubeconfig_is_named_and_ends_the_process()
    {
        var server = await ChildProcess.Run(ChildCommand.Server("--kubeconfig", "/nowhere/kubeconfig"));

        Assert.NotEqual(0, server.ExitCode);
        Assert.Contains("/nowhere/kubeconfig", string.Concat(server.ErrorLines));
    }

    [Fact]
    public async Task An_unreadable_kubeconfig_is_named_and_ends_the_process()
    {
        using var scratch = new ScratchDirectory();
        var file = Path.Combine(scratch.Path, "kubeconfig");
        await File.WriteAllTextAsync(file, "clusters: [banana");

        var server = await ChildProcess.Run(ChildCommand.Server("--kubeconfig", file));

        Assert.NotEqual(0, server.ExitCode);
        Assert.Contains(file, string.Concat(server.ErrorLines));
    }

    [Theory]
    [InlineData("--bind-wait", "banana")]
    [InlineData("--policy", "worst-fit")]
    [InlineData("--no-such-flag", "x")]
    public async Task A_wrong_flag_is_named_and_exits_2(string flag, string value)
    {
        var server = await ChildProcess.Run(ChildCommand.Server(flag, value));

        Assert.Equal(2, server.ExitCode);
        Assert.Contains(flag, string.Concat(server.ErrorLines));
    }

    [Fact]
    public async Task A_real_cluster_without_certificates_is_refused_with_what_to_give()
    {
        var server = await ChildProcess.Run(ChildCommand.Server("--kubeconfig", plane.IssueClient("admin", "system:masters")));

        Assert.Equal(1, server.ExitCode);
        Assert.Contains("--cert-dir", string.Concat(server.ErrorLines));
    }

    [Fact]
    public async Task A_port_beyond_loopback_without_a_cluster_starts_no_simulation()
    {
        var server = await ChildProcess.Run(ChildCommand.Server("--listen", $"http://0.0.0.0:{FreePorts.Next()}"));

        Assert.Equal(1, server.ExitCode);
        Assert.Contains("--embedded", string.Concat(server.ErrorLines));
    }

    [Fact]
    public async Task An_API_server_that_is_down_at_the_start_is_waited_for_with_readyz_red()
    {
        using var proxy = new TcpProxy(plane.ApiServerPort);
        proxy.Refuse();
        var port = FreePorts.Next();
        await using var server = ChildProcess.Start(ChildCommand.Server(
            "--kubeconfig", plane.IssueClientThrough(proxy, "admin", "system:masters"), "--listen", $"http://127.0.0.1:{port}",
            "--cert-dir", plane.IssueServer("127.0.0.1").Folder,
            "--listen-extender", $"https://127.0.0.1:{FreePorts.Next()}", "--listen-admission", $"https://127.0.0.1:{FreePorts.Next()}"));
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        await server.WaitForLine("Listening");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await http.GetAsync(new Uri("/readyz", UriKind.Relative))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(new Uri("/healthz", UriKind.Relative))).StatusCode);
        await server.WaitForLine($"127.0.0.1:{proxy.Port}");
        Assert.False(server.HasExited);
    }

    [Fact]
    public async Task The_extender_port_answers_only_who_shows_a_certificate_of_the_right_authority()
    {
        await using var nos = await NosPlane.Start("own");
        var uri = new Uri($"https://127.0.0.1:{nos.ExtenderPort}/scheduler/filter");

        using var nobody = new HttpClient(new HttpClientHandler { ServerCertificateCustomValidationCallback = (_, _, _, _) => true });
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => nobody.PostAsync(uri, new StringContent("{}")));

        using var stranger = new HttpClient(Showing(plane.IssueClientCertificate("stranger")));
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => stranger.PostAsync(uri, new StringContent("{}")));

        using var friend = new HttpClient(Showing(nos.Plane.IssueClientCertificate("friend")));
        using var answer = await friend.PostAsync(uri, new StringContent("not json", Encoding.UTF8, "application/json"));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        using var elsewhere = await friend.GetAsync(new Uri($"https://127.0.0.1:{nos.ExtenderPort}/metrics"));
        Assert.Equal(HttpStatusCode.NotFound, elsewhere.StatusCode);

        Assert.Equal(0, await nos.Server.Terminate());
        Assert.Equal(0, await nos.Agent.Terminate());
    }

    private static HttpClientHandler Showing(IssuedCertificate certificate)
    {
        var handler = new HttpClientHandler { ServerCertificateCustomValidationCallback = (_, _, _, _) => true };
        handler.ClientCertificates.Add(System.Security.Cryptography.X509Certificates.X509CertificateLoader.LoadPkcs12(
            System.Security.Cryptography.X509Certificates.X509Certificate2.CreateFromPemFile(certificate.CertificateFile, certificate.KeyFile)
                .Export(System.Security.Cryptography.X509Certificates.X509ContentType.Pkcs12), null));
        return handler;
    }
}
