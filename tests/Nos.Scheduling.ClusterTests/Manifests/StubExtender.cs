using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Nos.Scheduling.ClusterTests.Harness;

namespace Nos.Scheduling.ClusterTests.Manifests;

/// <summary>
/// An extender over TLS that finds every node right, binds with an administrator's rights and remembers who asked: it shows whether a
/// scheduler's configuration leads to an extender, whatever that extender then decides.
/// </summary>
internal sealed class StubExtender : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly TestApi admin;
    private readonly ConcurrentQueue<ExtenderCall> calls = new();

    private StubExtender(WebApplication app, TestApi admin)
    {
        (this.app, this.admin) = (app, admin);
        app.MapPost("/scheduler/{verb}", Answer);
    }

    /// <summary>So far, in order.</summary>
    internal IReadOnlyList<ExtenderCall> Calls => [.. calls];

    /// <summary>Such as <c>https://127.0.0.1:23456</c>.</summary>
    internal string Url => app.Urls.Single();

    internal static async Task<StubExtender> Start(ControlPlane plane)
    {
        var serving = plane.IssueServer("127.0.0.1");
        var certificate = X509Certificate2.CreateFromPemFile(serving.CertificateFile, serving.KeyFile);
        var authority = X509CertificateLoader.LoadCertificateFromFile(serving.AuthorityFile);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, port =>
        {
            port.Protocols = HttpProtocols.Http1;
            port.UseHttps(https =>
            {
                https.ServerCertificate = certificate;
                https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
                https.ClientCertificateValidation = (client, _, _) => IsOf(authority, client);
            });
        }));
        var extender = new StubExtender(builder.Build(), plane.Admin);
        await extender.app.StartAsync();
        return extender;
    }

    public async ValueTask DisposeAsync() => await app.DisposeAsync();

    private async Task Answer(HttpContext http)
    {
        var verb = (string)http.Request.RouteValues["verb"]!;
        var asked = (await JsonNode.ParseAsync(http.Request.Body))!.AsObject();
        var caller = (await http.Connection.GetClientCertificateAsync())!.GetNameInfo(X509NameType.SimpleName, forIssuer: false);
        calls.Enqueue(new ExtenderCall(verb, asked.Text("Pod", "metadata", "name") ?? asked.Text("PodName")!, caller, asked["Nodes"] is not null));
        var names = asked["NodeNames"]?.AsArray() ?? [];
        var answer = verb switch
        {
            "filter" => new JsonObject { ["NodeNames"] = names.DeepClone(), ["FailedNodes"] = new JsonObject(), ["Error"] = "" },
            "prioritize" => new JsonArray([.. names.Select(name => new JsonObject { ["Host"] = (string)name!, ["Score"] = 5 })]),
            "bind" => new JsonObject { ["Error"] = await Bind(asked) },
            _ => (JsonNode)new JsonObject { ["NodeNameToMetaVictims"] = new JsonObject() },
        };
        http.Response.ContentType = "application/json";
        await http.Response.WriteAsync(answer.ToJsonString());
    }

    private async Task<string> Bind(JsonObject asked)
    {
        try
        {
            await admin.Create(ApiPaths.Pod(asked.Text("PodNamespace")!, asked.Text("PodName")!) + "/binding", new JsonObject
            {
                ["apiVersion"] = "v1",
                ["kind"] = "Binding",
                ["metadata"] = new JsonObject { ["name"] = asked.Text("PodName") },
                ["target"] = new JsonObject { ["kind"] = "Node", ["name"] = asked.Text("Node") },
            });
            return "";
        }
        catch (ApiRefusedException refused)
        {
            return refused.Message;
        }
    }

    private static bool IsOf(X509Certificate2 authority, X509Certificate2 client)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.CustomTrustStore.Add(authority);
        return chain.Build(client);
    }
}
