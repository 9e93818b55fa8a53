using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;
using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Connecting;
using Nos.Scheduling.Cluster.InMemory;

namespace Nos.Scheduling.Tests.Cluster.Connecting;

/// <summary>Real TLS on loopback, with the in-memory API server behind it.</summary>
public sealed class KubeConnectionTests : IAsyncLifetime, IDisposable
{
    private readonly TestFolder folder = new();
    private readonly TestAuthority root = TestAuthority.Create("root");
    private readonly ConcurrentQueue<string> seen = new();
    private readonly ConcurrentDictionary<string, bool> withdrawn = new();
    private volatile string above = "";
    private readonly InMemoryApiServer server = new(TimeProvider.System);
    private WebApplication? app;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        server.Dispose();
        if (app is not null)
        {
            await app.DisposeAsync();
        }
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Speaks_HTTP2_with_a_server_whose_authority_is_given()
    {
        var address = await ServeAsync(root.Server());
        Assert.Equal(2, await NamespacesAsync(address, Trusting(root.Pem)));
        Assert.Contains("HTTP/2 nobody ", seen);
    }

    [Fact]
    public async Task Speaks_HTTP1_with_a_server_that_knows_nothing_else()
    {
        var address = await ServeAsync(root.Server(), HttpProtocols.Http1);
        Assert.Equal(2, await NamespacesAsync(address, Trusting(root.Pem)));
        Assert.Contains("HTTP/1.1 nobody ", seen);
    }

    [Fact]
    public async Task Speaks_without_TLS_too()
    {
        var address = await ServeAsync(null, HttpProtocols.Http1);
        Assert.Equal(2, await NamespacesAsync(address, ""));
    }

    [Fact]
    public async Task A_server_of_another_authority_is_not_trusted()
    {
        var address = await ServeAsync(root.Server());
        var refused = await Assert.ThrowsAsync<KubeApiException>(() => NamespacesAsync(address, Trusting(TestAuthority.Create("root").Pem)));
        Assert.True(refused.IsTransient);
        Assert.Contains("certificate", refused.Message, StringComparison.Ordinal);
        Assert.Empty(seen);
    }

    [Fact]
    public async Task An_authority_between_is_trusted_by_whoever_sends_or_holds_it()
    {
        var middle = root.Below("middle");
        var sends = await ServeAsync(middle.Server(), chain: middle.Pem);
        Assert.Equal(2, await NamespacesAsync(sends, Trusting(root.Pem)));
        await app!.DisposeAsync();

        var sendsNothing = await ServeAsync(middle.Server());
        Assert.Equal(2, await NamespacesAsync(sendsNothing, Trusting(root.Pem + middle.Pem)));
        Assert.Equal(2, await NamespacesAsync(sendsNothing, Trusting(middle.Pem)));
        await Assert.ThrowsAsync<KubeApiException>(() => NamespacesAsync(sendsNothing, Trusting(root.Pem)));
    }

    [Fact]
    public async Task An_authority_of_the_same_name_and_another_key_proves_nothing()
    {
        var forged = TestAuthority.Create("root").Below("middle");
        var address = await ServeAsync(forged.Server());
        await Assert.ThrowsAsync<KubeApiException>(() => NamespacesAsync(address, Trusting(root.Below("middle").Pem)));
        await Assert.ThrowsAsync<KubeApiException>(() => NamespacesAsync(address, Trusting(root.Pem)));
        Assert.Empty(seen);
    }

    [Fact]
    public async Task The_name_in_the_certificate_counts()
    {
        var address = (await ServeAsync(root.Server("kubernetes.default"))).Replace("127.0.0.1", "localhost", StringComparison.Ordinal);
        await Assert.ThrowsAsync<KubeApiException>(() => NamespacesAsync(address, Trusting(root.Pem)));
        await Assert.ThrowsAsync<KubeApiException>(() => NamespacesAsync(address, Trusting(root.Pem) + ", tls-server-name: other.name"));
        Assert.Empty(seen);
        Assert.Equal(2, await NamespacesAsync(address, Trusting(root.Pem) + ", tls-server-name: kubernetes.default"));
    }

    [Fact]
    public async Task Whoever_skips_verification_trusts_anybody()
    {
        var address = await ServeAsync(root.Server());
        Assert.Equal(2, await NamespacesAsync(address, "insecure-skip-tls-verify: true"));
    }

    [Theory]
    [InlineData("ec")]
    [InlineData("rsa-pkcs8")]
    public async Task Shows_its_certificate_with_those_above_it(string format)
    {
        var middle = root.Below("middle");
        var (certificate, key) = middle.Client("nos-server", format);
        var address = await ServeAsync(root.Server());
        var user = $"client-certificate-data: {Base64(certificate + middle.Pem)}, client-key-data: {Base64(key)}";
        Assert.Equal(2, await NamespacesAsync(address, Trusting(root.Pem), user));
        Assert.Contains("HTTP/2 O=team, CN=nos-server above CN=middle ", seen);
    }

    [Fact]
    public async Task Says_the_token_of_the_moment()
    {
        var address = await ServeAsync(root.Server());
        var file = folder.Write("token", "first\n");
        using var connection = Open(address, Trusting(root.Pem), $"tokenFile: {file}");
        using var client = connection.CreateClient();
        await client.ServerVersionAsync(CancellationToken.None);

        File.WriteAllText(file, "second\n");
        withdrawn["Bearer first"] = true;
        await client.ServerVersionAsync(CancellationToken.None);
        File.Delete(file);
        await client.ServerVersionAsync(CancellationToken.None);

        Assert.Equal(
            ["HTTP/2 nobody Bearer first", "HTTP/2 nobody Bearer first", "HTTP/2 nobody Bearer second", "HTTP/2 nobody Bearer second"],
            seen);
    }

    [Fact]
    public async Task A_token_that_is_refused_is_said_once()
    {
        var address = await ServeAsync(root.Server());
        withdrawn["Bearer bad"] = true;
        var refused = await Assert.ThrowsAsync<KubeApiException>(() => NamespacesAsync(address, Trusting(root.Pem), "token: bad"));
        Assert.Equal(HttpStatusCode.Unauthorized, refused.Status);
        Assert.Single(seen);
    }

    [Fact]
    public async Task Says_names_and_whom_it_acts_as()
    {
        var address = await ServeAsync(root.Server());
        await NamespacesAsync(address, Trusting(root.Pem), "username: bob, password: secret, as: jane");
        Assert.Contains($"HTTP/2 nobody Basic {Base64("bob:secret")} as jane", seen);
    }

    [Theory]
    [InlineData(HttpProtocols.Http1)]
    [InlineData(HttpProtocols.Http1AndHttp2)]
    public async Task A_watch_comes_through_as_it_happens(HttpProtocols protocols)
    {
        var address = await ServeAsync(root.Server(), protocols);
        using var connection = Open(address, Trusting(root.Pem), "");
        using var client = connection.CreateClient();
        var list = await client.ListAsync(KubeResources.Nodes, null, CancellationToken.None);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var watch = client.WatchAsync(KubeResources.Nodes, null, list.Metadata.ResourceVersion!, TimeSpan.FromMinutes(1), patience.Token).GetAsyncEnumerator(patience.Token);
        await using (watch)
        {
            foreach (var name in new[] { "a", "b" })
            {
                var next = watch.MoveNextAsync();
                server.Seed("api/v1/nodes", Encoding.UTF8.GetBytes($$$"""{"metadata":{"name":"{{{name}}}"}}"""));
                Assert.True(await next);
                Assert.Equal(name, Assert.Single(watch.Current).Object.Metadata.Name);
            }
        }
    }

    [Fact]
    public async Task Nobody_there_is_told_with_the_reason()
    {
        var silent = await Assert.ThrowsAsync<KubeApiException>(() => NamespacesAsync("https://127.0.0.1:1", Trusting(root.Pem)));
        Assert.Contains("refused", silent.Message, StringComparison.OrdinalIgnoreCase);
        Assert.True(silent.IsTransient);
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private static string Trusting(string pem) => $"certificate-authority-data: {Base64(pem)}";

    private KubeConnection Open(string address, string cluster, string user) => KubeConfig.Open(folder.Write("config", $$$"""
        current-context: x
        contexts: [{name: x, context: {cluster: c, user: u}}]
        clusters: [{name: c, cluster: {server: "{{{address}}}", {{{cluster}}} }}]
        users: [{name: u, user: { {{{user}}} }}]
        """));

    private async Task<int> NamespacesAsync(string address, string cluster, string user = "")
    {
        using var connection = Open(address, cluster, user);
        using var client = connection.CreateClient();
        return (await client.ListAsync(KubeResources.Namespaces, null, CancellationToken.None)).Items.Length;
    }

    private async Task<string> ServeAsync(X509Certificate2? certificate, HttpProtocols protocols = HttpProtocols.Http1AndHttp2, string? chain = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = protocols;
            if (certificate is not null)
            {
                listen.UseHttps(https => Configure(https, certificate, chain));
            }
        }));
        app = builder.Build();
        var api = InMemoryEndpoint.For(server);
        app.Run(context => Note(context) ? api(context) : Task.CompletedTask);
        await app.StartAsync();
        return app.Urls.Single();
    }

    private void Configure(HttpsConnectionAdapterOptions https, X509Certificate2 certificate, string? chain)
    {
        https.ServerCertificate = certificate;
        https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
        https.ClientCertificateValidation = (_, sent, _) =>
        {
            above = string.Concat(sent?.ChainPolicy.ExtraStore.Select(certificate => $" above {certificate.Subject}") ?? []);
            return true;
        };
        if (chain is not null)
        {
            https.ServerCertificateChain = [];
            https.ServerCertificateChain.ImportFromPem(chain);
        }
    }

    /// <summary>Notes who asked how; refuses tokens that were withdrawn.</summary>
    private bool Note(HttpContext context)
    {
        var headers = context.Request.Headers;
        var authorization = headers.Authorization.ToString();
        var acts = headers.TryGetValue("Impersonate-User", out var user) ? $" as {user}" : "";
        seen.Enqueue($"{context.Request.Protocol} {context.Connection.ClientCertificate?.Subject ?? "nobody"}{above} {authorization}{acts}");
        if (withdrawn.ContainsKey(authorization))
        {
            context.Response.StatusCode = 401;
            return false;
        }

        return true;
    }
}
