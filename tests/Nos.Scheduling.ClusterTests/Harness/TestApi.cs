using System.Net;
using System.Net.Security;
using System.Runtime.CompilerServices;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Nos.Scheduling.ClusterTests.Harness;

/// <summary>
/// A raw JSON client of the API server, one identity a client. It shares nothing with the product's client, so that a test can
/// check what the product did without trusting it.
/// </summary>
public sealed class TestApi : IDisposable
{
    private readonly HttpClient _http;
    private readonly X509Certificate2 _identity;
    private readonly X509Certificate2 _authority;
    private readonly Func<string>? _evidence;

    /// <param name="server">Such as <c>https://127.0.0.1:16443</c>.</param>
    /// <param name="identity">The client certificate to show, with its authority.</param>
    /// <param name="evidence">Added to the failure of every vain wait; null adds nothing.</param>
    public TestApi(string server, IssuedCertificate identity, Func<string>? evidence = null)
    {
        _identity = X509Certificate2.CreateFromPemFile(identity.CertificateFile, identity.KeyFile);
        _authority = X509CertificateLoader.LoadCertificateFromFile(identity.AuthorityFile);
        _evidence = evidence;
        var trust = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        trust.CustomTrustStore.Add(_authority);
        _http = new HttpClient(new SocketsHttpHandler
        {
            UseProxy = false,
            SslOptions = new SslClientAuthenticationOptions { ClientCertificates = [_identity], CertificateChainPolicy = trust },
        })
        { BaseAddress = new Uri(server), Timeout = TimeSpan.FromSeconds(30) };
    }

    /// <summary>For failures that people read.</summary>
    internal static JsonSerializerOptions Indented { get; } = new() { WriteIndented = true };

    /// <exception cref="ApiRefusedException">Among others: there is none (<see cref="HttpStatusCode.NotFound"/>).</exception>
    public async Task<JsonObject> Get(string path) => (JsonObject)(await Send(HttpMethod.Get, path))!;

    /// <summary>The object, or null where there is none.</summary>
    public async Task<JsonObject?> Find(string path)
    {
        try
        {
            return await Get(path);
        }
        catch (ApiRefusedException refused) when (refused.Status == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    /// <param name="collection">Without or with a query, such as <c>?labelSelector=a%3Db</c>.</param>
    public async Task<IReadOnlyList<JsonObject>> List(string collection)
    {
        var list = await Get(collection);
        return [.. list["items"]!.AsArray().Select(item => item!.AsObject())];
    }

    /// <returns>What the server made of it.</returns>
    public async Task<JsonObject> Create(string collection, JsonObject item) =>
        (JsonObject)(await Send(HttpMethod.Post, collection, item))!;

    public async Task<JsonObject> Replace(string path, JsonObject item) => (JsonObject)(await Send(HttpMethod.Put, path, item))!;

    /// <summary>A JSON merge patch; a path ending in <c>/status</c> patches that subresource.</summary>
    public async Task<JsonObject> MergePatch(string path, JsonObject patch) =>
        (JsonObject)(await Send(HttpMethod.Patch, path, patch, "application/merge-patch+json"))!;

    /// <summary>Deletes at once (grace period 0), as the missing kubelet would in the end; what is not there is fine.</summary>
    public Task Delete(string path) => Delete(path, gracePeriodSeconds: 0);

    /// <param name="gracePeriodSeconds">A bound pod with more than 0 stays Terminating: nothing plays kubelet here.</param>
    public async Task Delete(string path, int gracePeriodSeconds)
    {
        try
        {
            await Send(HttpMethod.Delete, path, new JsonObject { ["gracePeriodSeconds"] = gracePeriodSeconds });
        }
        catch (ApiRefusedException refused) when (refused.Status == HttpStatusCode.NotFound)
        {
            // Gone is what was wanted.
        }
    }

    /// <summary>Reads an object until it is right; one that does not exist (yet) is not.</summary>
    /// <param name="what">Completes the sentence "Waited in vain until ...".</param>
    /// <exception cref="TimeoutException">Says what the object looked like last.</exception>
    public async Task<JsonObject> Eventually(string path, string what, Func<JsonObject, bool> right, TimeSpan? within = null) =>
        (await Polling.Until(what, () => Find(path), found => found is not null && right(found), within, _evidence))!;

    /// <summary>Reads a collection until it is right.</summary>
    public Task<IReadOnlyList<JsonObject>> EventuallyList(
        string collection, string what, Func<IReadOnlyList<JsonObject>, bool> right, TimeSpan? within = null) =>
        Polling.Until(what, () => List(collection), right, within, _evidence);

    public Task EventuallyGone(string path, TimeSpan? within = null) =>
        Polling.Until($"{path} is gone", () => Find(path), found => found is null, within, _evidence);

    /// <summary>The body of a GET as text, whatever the server sends: <c>/readyz</c>, <c>/version</c>, <c>/metrics</c>.</summary>
    public async Task<string> GetText(string path) => Encoding.UTF8.GetString(await Exchange(HttpMethod.Get, path, null, null));

    /// <summary>Watches a collection: each event as it comes, first an <c>ADDED</c> for whatever there is.</summary>
    /// <param name="collection">With its selectors.</param>
    public async IAsyncEnumerable<JsonObject> Watch(string collection, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{collection}{(collection.Contains('?', StringComparison.Ordinal) ? '&' : '?')}watch=true");
        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(cancellation), Encoding.UTF8);
        while (await lines.ReadLineAsync(cancellation) is { } line)
        {
            yield return JsonNode.Parse(line)!.AsObject();
        }
    }

    /// <summary>Any request; null where the server answered with an empty body.</summary>
    /// <exception cref="ApiRefusedException">An answer other than 2xx.</exception>
    /// <exception cref="HttpRequestException">No answer.</exception>
    public async Task<JsonNode?> Send(HttpMethod method, string path, JsonNode? body = null, string contentType = "application/json")
    {
        var answer = await Exchange(method, path, body, contentType);
        return answer.Length == 0 ? null : JsonNode.Parse(answer);
    }

    public void Dispose()
    {
        _http.Dispose();
        _identity.Dispose();
        _authority.Dispose();
    }

    private async Task<byte[]> Exchange(HttpMethod method, string path, JsonNode? body, string? contentType)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, contentType!);
        }

        using var response = await _http.SendAsync(request);
        var answer = await response.Content.ReadAsByteArrayAsync();
        return response.IsSuccessStatusCode ? answer : throw Refusal(request, response.StatusCode, answer);
    }

    private static ApiRefusedException Refusal(HttpRequestMessage request, HttpStatusCode status, byte[] answer)
    {
        var text = Encoding.UTF8.GetString(answer);
        var (reason, message) = ("", text);
        try
        {
            var parsed = JsonNode.Parse(text);
            (reason, message) = (parsed.Text("reason") ?? "", parsed.Text("message") ?? text);
        }
        catch (JsonException)
        {
            // Plain text, from a proxy or from before the API server was ready.
        }

        return new ApiRefusedException(status, reason, $"{request.Method} {request.RequestUri!.PathAndQuery}: {(int)status} {reason}: {message}");
    }
}
