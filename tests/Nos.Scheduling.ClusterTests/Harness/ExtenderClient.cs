using System.Net.Http.Json;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;

namespace Nos.Scheduling.ClusterTests.Harness;

/// <summary>Calls the extender as kube-scheduler does, one call at a time and when the test wants.</summary>
public sealed class ExtenderClient : IDisposable
{
    private readonly HttpClientHandler _handler;
    private readonly HttpClient _http;

    /// <param name="nos">Whose extender; only its port and authority are used, the server may come and go.</param>
    public ExtenderClient(NosPlane nos)
        : this(nos.Plane, nos.ExtenderPort)
    {
    }

    /// <param name="plane">Whose authority the extender trusts.</param>
    /// <param name="port">The extender's port.</param>
    public ExtenderClient(ControlPlane plane, int port)
    {
        var identity = plane.IssueClientCertificate("nos-extender-client");
        var certificate = X509Certificate2.CreateFromPemFile(identity.CertificateFile, identity.KeyFile);
        _handler = new HttpClientHandler { ServerCertificateCustomValidationCallback = (_, _, _, _) => true };
        _handler.ClientCertificates.Add(X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null));
        _http = new HttpClient(_handler) { BaseAddress = new Uri($"https://127.0.0.1:{port}"), Timeout = TimeSpan.FromMinutes(2) };
    }

    /// <summary>Asks for the pod to be bound.</summary>
    /// <returns>The error; empty where it is bound.</returns>
    /// <exception cref="OperationCanceledException">The call was hung up on.</exception>
    public Task<string> Bind(JsonObject pod, string node, CancellationToken hangUp = default) => Bind(pod, pod.Text("metadata", "uid")!, node, hangUp);

    /// <summary>The same for a pod of that name with another uid.</summary>
    public async Task<string> Bind(JsonObject pod, string uid, string node, CancellationToken hangUp = default)
    {
        var call = new JsonObject { ["PodName"] = pod.Name(), ["PodNamespace"] = pod.Namespace(), ["PodUID"] = uid, ["Node"] = node };
        return (await Post("bind", call, hangUp)).Text("Error")!;
    }

    /// <summary>Asks whether the node could run the pod.</summary>
    /// <returns>Why not; null where it could.</returns>
    public async Task<string?> WhyNot(JsonObject pod, string node)
    {
        var answer = await Post("filter", new JsonObject { ["Pod"] = pod.DeepClone(), ["NodeNames"] = new JsonArray(node) }, default);
        Assert.Equal("", answer.Text("Error"));
        return answer.Text("FailedNodes", node);
    }

    /// <summary>Asks what becomes of a node on which the scheduler would preempt.</summary>
    /// <param name="pod">Who preempts.</param>
    /// <param name="node">The node.</param>
    /// <param name="victims">Who would go, as the scheduler says.</param>
    /// <returns>The uids of those who would; null where the node is left out.</returns>
    public async Task<IReadOnlyList<string>?> Victims(JsonObject pod, string node, params JsonObject[] victims)
    {
        var uids = victims.Select(victim => new JsonObject { ["UID"] = victim.Text("metadata", "uid") });
        var candidates = new JsonObject { [node] = new JsonObject { ["Pods"] = new JsonArray([.. uids]), ["NumPDBViolations"] = 0 } };
        var answer = await Post("preempt", new JsonObject { ["Pod"] = pod.DeepClone(), ["NodeNameToMetaVictims"] = candidates }, default);
        return answer.At("NodeNameToMetaVictims", node, "Pods") is JsonArray pods ? [.. pods.Select(victim => victim!["UID"]!.ToString())] : null;
    }

    public void Dispose()
    {
        _http.Dispose();
        _handler.Dispose();
    }

    private async Task<JsonObject> Post(string verb, JsonObject body, CancellationToken hangUp)
    {
        using var answer = await _http.PostAsJsonAsync(new Uri($"/scheduler/{verb}", UriKind.Relative), body, hangUp);
        var text = await answer.Content.ReadAsStringAsync(hangUp);
        Assert.True(answer.IsSuccessStatusCode, $"{(int)answer.StatusCode}: {text}");
        return (JsonObject)JsonNode.Parse(text)!;
    }
}
