using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Nos.Scheduling.Cluster.Api;

namespace Nos.Scheduling.Cluster.InMemory;

/// <summary>
/// An API server in memory, for the embedded cluster and for tests: spoken to through HTTP messages as a real one is, and refusing what a real one
/// refuses.
/// </summary>
/// <remarks>
/// <para>No controllers run in it, but for two reflexes: with a node go the GpuNodes that it owns, with a namespace goes what is in it.
/// A bound pod that is deleted stays, with a deletionTimestamp, until somebody who plays kubelet deletes it with a grace period of 0.</para>
/// <para>Everybody may do everything, whatever <see cref="Allows"/> says; who asks is what the header <see cref="UserHeader"/> says.</para>
/// </remarks>
public sealed class InMemoryApiServer : HttpMessageHandler
{
    /// <summary>The request header that names the user, as authenticating proxies set it.</summary>
    public const string UserHeader = "X-Remote-User";

    private static readonly Uri Address = new("http://in-memory/");

    private readonly Store store;
    private readonly Reads reads;
    private readonly Writes writes;
    private readonly Evictions evictions;
    private readonly Discovery discovery;
    private readonly Admission admission = new();

    /// <summary>An API server with the namespaces <c>default</c> and <c>kube-system</c>.</summary>
    /// <param name="time">The clock of timestamps, bookmarks and the ends of watches.</param>
    /// <param name="limits">How much it remembers; <see langword="null"/> for the defaults.</param>
    /// <param name="moreKinds">Kinds to keep besides pods, nodes, namespaces, events, leases, configmaps, secrets, budgets and our own.</param>
    public InMemoryApiServer(TimeProvider time, InMemoryLimits? limits = null, IEnumerable<InMemoryKind>? moreKinds = null)
    {
        limits ??= new InMemoryLimits();
        store = new Store(InMemoryKinds.All.Concat(moreKinds ?? []), limits.MostChanges, limits.MostChangedBytes);
        reads = new Reads(store, time, limits.BookmarkInterval);
        writes = new Writes(store, admission, time);
        evictions = new Evictions(store, writes);
        discovery = new Discovery(store);
        foreach (var ns in new[] { "default", "kube-system" })
        {
            Seed("api/v1/namespaces", Encoding.UTF8.GetBytes($$$"""{"metadata":{"name":"{{{ns}}}"},"status":{"phase":"Active"}}"""));
        }
    }

    /// <summary>How often a webhook failed, whether that refused an object or not.</summary>
    public long WebhookFailures => admission.Failures;

    /// <summary>How SubjectAccessReviews are answered, by their spec: by default, that everybody may do everything.</summary>
    public Func<JsonObject, bool> Allows { get; set; } = _ => true;

    /// <summary>From now on objects of the webhook's kind are shown to it before they are written.</summary>
    public void Add(InMemoryWebhook webhook) => admission.Add(webhook);

    /// <summary>A client of this server.</summary>
    /// <param name="userName">Who it is to webhooks.</param>
    /// <param name="fence">What lets its writes out; <see langword="null"/> where all may go.</param>
    public KubeClient CreateClient(string userName, WriteFence? fence = null) => new(CreateHttpClient(userName), fence);

    /// <summary>As <see cref="CreateClient"/>, below the API.</summary>
    public HttpClient CreateHttpClient(string userName)
    {
        var http = new HttpClient(this, disposeHandler: false) { BaseAddress = Address, Timeout = Timeout.InfiniteTimeSpan };
        http.DefaultRequestHeaders.Add(UserHeader, userName);
        return http;
    }

    /// <summary>Puts an object in at once, with its status, unseen by webhooks.</summary>
    /// <param name="collectionPath">Such as <c>api/v1/namespaces/default/pods</c>.</param>
    /// <param name="json">The object.</param>
    /// <exception cref="ArgumentException">A real server would refuse it.</exception>
    public void Seed(string collectionPath, ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json);
            var seeded = JsonNode.Parse(ref reader) as JsonObject ?? throw ApiRefusal.BadRequest("it is no object");
            // Without a user nobody is asked, so nothing is waited for.
            writes.CreateAsync(ApiRoute.Parse(store, collectionPath.Split('/')), seeded, null, [], CancellationToken.None).GetAwaiter().GetResult();
        }
        catch (ApiRefusal refusal)
        {
            throw new ArgumentException($"{collectionPath}: {refusal.Message}", nameof(json), refusal);
        }
    }

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        List<string> warnings = [];
        try
        {
            ObjectDisposedException.ThrowIf(store.IsStopped, this);
            var response = await AnswerAsync(request, warnings, cancellationToken).ConfigureAwait(false);
            foreach (var warning in warnings)
            {
                response.Headers.TryAddWithoutValidation("Warning", $"299 - \"{warning.Replace("\"", "\\\"", StringComparison.Ordinal)}\"");
            }

            response.RequestMessage = request;
            return response;
        }
        catch (ApiRefusal refusal)
        {
            return Json(refusal.Status, refusal.ToStatus());
        }
        catch (Exception malformed) when (malformed is InvalidOperationException and not ObjectDisposedException or FormatException)
        {
            // A field of another JSON type than the API's: real servers notice it when they decode, this one when it looks.
            return Json(HttpStatusCode.BadRequest, ApiRefusal.BadRequest(malformed.Message).ToStatus());
        }
    }

    /// <summary>Ends all watches; requests fail from then on.</summary>
    protected override void Dispose(bool disposing)
    {
        store.Stop();
        base.Dispose(disposing);
    }

    private static HttpResponseMessage Json(HttpStatusCode status, JsonObject json) => Body(status, new MemoryStream(Encoding.UTF8.GetBytes(json.ToJsonString())));

    private static HttpResponseMessage Body(HttpStatusCode status, Stream body) =>
        new(status) { Content = new StreamContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } } };

    private static HttpResponseMessage Body(HttpStatusCode status, StoredObject stored) => Body(status, new MemoryStream(stored.Json, writable: false));

    private static HttpResponseMessage Success(HttpStatusCode status) =>
        Json(status, new JsonObject { ["kind"] = "Status", ["apiVersion"] = "v1", ["metadata"] = new JsonObject(), ["status"] = "Success", ["code"] = (int)status });

    private static async Task<JsonNode?> ReadAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        var bytes = request.Content is null ? [] : await request.Content.ReadAsByteArrayAsync(cancellation).ConfigureAwait(false);
        if (bytes.Length == 0)
        {
            return null;
        }

        try
        {
            return JsonNode.Parse(bytes) ?? throw ApiRefusal.BadRequest("the body is null");
        }
        catch (JsonException failure)
        {
            throw ApiRefusal.BadRequest($"the body is no JSON: {failure.Message}");
        }
    }

    private async Task<HttpResponseMessage> AnswerAsync(HttpRequestMessage request, List<string> warnings, CancellationToken cancellation)
    {
        var path = request.RequestUri!.AbsolutePath.Trim('/').Split('/').Select(Uri.UnescapeDataString).ToArray();
        if (request.Method == HttpMethod.Get && discovery.Find(path) is { } found)
        {
            return Json(HttpStatusCode.OK, found);
        }

        if (path is ["healthz" or "livez" or "readyz"])
        {
            return new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent("ok") };
        }

        var body = request.Method == HttpMethod.Get ? null : await ReadAsync(request, cancellation).ConfigureAwait(false);
        if (path is ["apis", "authorization.k8s.io", "v1", "subjectaccessreviews"] && body is JsonObject review)
        {
            review["status"] = new JsonObject { ["allowed"] = Allows(review["spec"] as JsonObject ?? []) };
            return Json(HttpStatusCode.Created, review);
        }

        var user = request.Headers.TryGetValues(UserHeader, out var users) ? users.First() : "system:anonymous";
        return await AnswerAsync(request, ApiRoute.Parse(store, path), body, user, warnings, cancellation).ConfigureAwait(false);
    }

    private async Task<HttpResponseMessage> AnswerAsync(
        HttpRequestMessage request, ApiRoute route, JsonNode? body, string user, List<string> warnings, CancellationToken cancellation)
    {
        var isDryRun = new ApiQuery(request.RequestUri!.Query)["dryRun"] is "All";
        if (isDryRun && request.Method != HttpMethod.Patch)
        {
            throw ApiRefusal.BadRequest("dryRun: only patches are tried here");
        }

        switch (request.Method.Method, route)
        {
            case ("GET", { Name: null }):
                var query = new ApiQuery(request.RequestUri!.Query);
                return Body(HttpStatusCode.OK, query["watch"] is "true" or "1" ? reads.Watch(route, query) : reads.List(route, query));
            case ("GET", { Subresource: null or "status" }):
                return Body(HttpStatusCode.OK, route.Table.Find(route.Key) ?? throw ApiRefusal.NotFound(route.Kind, route.Name));
            case ("POST", { Name: null }) when route.Kind.IsNamespaced == (route.Namespace is not null):
                return Body(HttpStatusCode.Created, await writes.CreateAsync(route, Needed(body), user, warnings, cancellation).ConfigureAwait(false));
            case ("POST", { Subresource: "binding" }):
                writes.Bind(route, Needed(body));
                return Success(HttpStatusCode.Created);
            case ("POST", { Subresource: "eviction" }):
                evictions.Evict(route, Needed(body));
                return Success(HttpStatusCode.Created);
            case ("PATCH", { Name: not null, Subresource: null or "status" }):
                return Body(HttpStatusCode.OK, await writes.UpdateAsync(route, Changing(request, route, body), user, isDryRun, warnings, cancellation).ConfigureAwait(false));
            case ("PUT", { Name: not null, Subresource: null or "status" }):
                var wanted = Needed(body);
                return Body(HttpStatusCode.OK, await writes.UpdateAsync(route, _ => wanted.DeepClone().AsObject(), user, false, warnings, cancellation).ConfigureAwait(false));
            case ("DELETE", { Name: not null, Subresource: null }):
                var last = writes.Delete(route, body is null ? null : Needed(body));
                return route.Kind == InMemoryKinds.Pods ? Body(HttpStatusCode.OK, last) : Success(HttpStatusCode.OK);
            default:
                throw ApiRefusal.MethodNotAllowed();
        }
    }

    private static JsonObject Needed(JsonNode? body) =>
        body as JsonObject ?? throw ApiRefusal.BadRequest(body is null ? "the body is empty" : "the body is no object");

    private static Func<JsonObject, JsonObject> Changing(HttpRequestMessage request, ApiRoute route, JsonNode? patch)
    {
        switch (request.Content?.Headers.ContentType?.MediaType, patch)
        {
            case ("application/merge-patch+json", _):
                var merged = Needed(patch);
                return current =>
                {
                    MergePatch.Apply(current, merged);
                    return current;
                };
            case ("application/json-patch+json", JsonArray operations):
                return current =>
                {
                    JsonPatch.Apply(current, operations, why => ApiRefusal.Invalid(route.Kind, route.Name!, why));
                    return current;
                };
            case (var type, _):
                throw ApiRefusal.UnsupportedMediaType(type);
        }
    }
}
