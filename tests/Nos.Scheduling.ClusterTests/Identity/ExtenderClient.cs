using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Nos.Scheduling.ClusterTests.Harness;

namespace Nos.Scheduling.ClusterTests.Identity;

/// <summary>Calls the extender as a scheduler does: over TLS, with a client certificate of the right authority.</summary>
public sealed class ExtenderClient : IDisposable
{
    private readonly HttpClient _http;
    private readonly X509Certificate2 _identity;
    private readonly X509Certificate2 _authority;

    public ExtenderClient(NosPlane nos)
    {
        var certificate = nos.Plane.IssueClientCertificate("nos-extender-client");
        _identity = X509Certificate2.CreateFromPemFile(certificate.CertificateFile, certificate.KeyFile);
        _authority = X509CertificateLoader.LoadCertificateFromFile(certificate.AuthorityFile);
        var trust = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        trust.CustomTrustStore.Add(_authority);
        _http = new HttpClient(new SocketsHttpHandler
        {
            UseProxy = false,
            SslOptions = new SslClientAuthenticationOptions { ClientCertificates = [_identity], CertificateChainPolicy = trust },
        })
        { BaseAddress = new Uri($"https://127.0.0.1:{nos.ExtenderPort}"), Timeout = TimeSpan.FromSeconds(60) };
    }

    /// <returns>The error; empty where the pod is bound.</returns>
    /// <exception cref="OperationCanceledException">The caller hung up, as schedulers do when their time-out has passed.</exception>
    public Task<string> Bind(JsonObject pod, string node, CancellationToken hangUp = default) => Bind(pod, pod.Text("metadata", "uid")!, node, hangUp);

    /// <summary>The same for a pod of that name with another uid.</summary>
    public async Task<string> Bind(JsonObject pod, string uid, string node, CancellationToken hangUp = default)
    {
        var call = new JsonObject { ["PodName"] = pod.Name(), ["PodNamespace"] = pod.Namespace(), ["PodUID"] = uid, ["Node"] = node };
        return (await Post("bind", call, hangUp)).Text("Error")!;
    }

    /// <returns>Why the pod may not go to the node; null where it may.</returns>
    public async Task<string?> Filter(JsonObject pod, string node)
    {
        var call = new JsonObject { ["Pod"] = pod.DeepClone(), ["Nodes"] = null, ["NodeNames"] = new JsonArray(node) };
        return (await Post("filter", call, default)).Text("FailedNodes", node);
    }

    public void Dispose()
    {
        _http.Dispose();
        _identity.Dispose();
        _authority.Dispose();
    }

    private async Task<JsonNode> Post(string verb, JsonObject call, CancellationToken hangUp)
    {
        using var body = new StringContent(call.ToJsonString(), Encoding.UTF8, "application/json");
        using var answer = await _http.PostAsync(new Uri($"/scheduler/{verb}", UriKind.Relative), body, hangUp);
        var text = await answer.Content.ReadAsStringAsync(hangUp);
        Assert.True(answer.IsSuccessStatusCode, $"{(int)answer.StatusCode}: {text}");
        return JsonNode.Parse(text)!;
    }
}
