using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Nos.Scheduling.Cluster.Documents;
using static Nos.Scheduling.Cluster.Api.KubeBodies;

namespace Nos.Scheduling.Cluster.Api;

/// <summary>Speaks HTTP with an API server, or with the in-memory one: the handler decides.</summary>
/// <remarks>
/// Every method throws <see cref="KubeApiException"/> when the server says no or does not answer in time, and
/// <see cref="OperationCanceledException"/> only when the caller's own token asks for it. Nothing is tried twice here: callers know what may be.
/// </remarks>
/// <param name="http">Its base address is the server's, ending with a slash; its handler authenticates.</param>
/// <param name="fence">What lets writes out, and says how long they may take; <see langword="null"/> where all may go.</param>
public sealed class KubeClient(HttpClient http, WriteFence? fence = null) : IDisposable
{
    private readonly KubeRequests requests = new(http, fence);
    private readonly KubeDiscovery discovery = new(new KubeRequests(http));

    /// <summary>
    /// How long a request may take, from the sending to the last byte of the answer; for a list: each page; for a watch: until it begins.
    /// Default: 10 s. A fenced write has its fence's time instead.
    /// </summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Told of every object in a list or watch that could not be read and was left out, unless the caller of that list listens himself.
    /// </summary>
    public Action<UnreadableObject>? OnUnreadable { get; init; }

    /// <summary>The object, or <see langword="null"/> where there is none of that name.</summary>
    /// <param name="resource">The kind.</param>
    /// <param name="ns">The namespace; <see langword="null"/> for cluster-scoped kinds.</param>
    /// <param name="name">The name.</param>
    /// <param name="cancellation">Ends the call.</param>
    public async Task<T?> FindAsync<T>(KubeResource<T> resource, string? ns, string name, CancellationToken cancellation)
        where T : class, IKubeDocument
    {
        try
        {
            return await SendAsync(HttpMethod.Get, resource.ObjectPath(ns, name), null, resource.ObjectType, cancellation).ConfigureAwait(false);
        }
        catch (KubeApiException missing) when (missing.IsNotFound)
        {
            return null;
        }
    }

    /// <summary>Creates the object; apiVersion and kind are filled in.</summary>
    /// <param name="resource">The kind.</param>
    /// <param name="ns">The namespace; <see langword="null"/> for cluster-scoped kinds.</param>
    /// <param name="document">The object; with <c>generateName</c> and no name the server makes the name.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <returns>The object as the server stored it.</returns>
    public Task<T> CreateAsync<T>(KubeResource<T> resource, string? ns, T document, CancellationToken cancellation)
        where T : class, IKubeDocument
    {
        var json = JsonSerializer.SerializeToNode(document, resource.ObjectType)!.AsObject();
        json["apiVersion"] = resource.ApiVersion;
        json["kind"] = resource.Kind;
        if (document.Metadata.Name.Length == 0)
        {
            // An empty name is none: with it the server would not look at generateName.
            json["metadata"]?.AsObject().Remove("name");
        }

        return SendAsync(HttpMethod.Post, resource.CollectionPath(ns), Body(json, Json), resource.ObjectType, cancellation);
    }

    /// <summary>
    /// Merges a JSON merge patch (RFC 7386) into the object. With <c>metadata.resourceVersion</c> in it: compare-and-swap, a 409 if another wrote
    /// first.
    /// </summary>
    /// <remarks>With <c>metadata.uid</c> in it: a 422 if that name is another object's by now.</remarks>
    /// <param name="resource">The kind.</param>
    /// <param name="ns">The namespace; <see langword="null"/> for cluster-scoped kinds.</param>
    /// <param name="name">The name.</param>
    /// <param name="patch">The patch as JSON.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <param name="subresource"><c>status</c>, or <see langword="null"/> for the object itself.</param>
    /// <returns>The object after the patch.</returns>
    public Task<T> PatchAsync<T>(
        KubeResource<T> resource, string? ns, string name, JsonObject patch, CancellationToken cancellation, string? subresource = null)
        where T : class, IKubeDocument
    {
        var path = resource.ObjectPath(ns, name) + (subresource is null ? "" : $"/{subresource}");
        return SendAsync(HttpMethod.Patch, path, Body(patch, MergePatch), resource.ObjectType, cancellation);
    }

    /// <summary>Asks what a merge patch would come to. All of admission sees it, and nothing is stored.</summary>
    /// <param name="resource">The kind.</param>
    /// <param name="ns">The namespace; <see langword="null"/> for cluster-scoped kinds.</param>
    /// <param name="name">The name.</param>
    /// <param name="patch">The patch as JSON.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <returns>The object as it would be, and the warnings of the server and its webhooks as written in the headers.</returns>
    public Task<(T Object, IReadOnlyList<string> Warnings)> TryPatchAsync<T>(
        KubeResource<T> resource, string? ns, string name, JsonObject patch, CancellationToken cancellation)
        where T : class, IKubeDocument => requests.SendAsync(
            HttpMethod.Patch,
            resource.ObjectPath(ns, name) + "?dryRun=All",
            Body(patch, MergePatch),
            async (stream, warnings, token) => (await ReadAsync(stream, resource.ObjectType, token).ConfigureAwait(false), warnings),
            RequestTimeout,
            cancellation);

    /// <summary>Deletes the object; a missing one is no error, and with <paramref name="uid"/> another one of that name counts as missing.</summary>
    /// <param name="resource">The kind.</param>
    /// <param name="ns">The namespace; <see langword="null"/> for cluster-scoped kinds.</param>
    /// <param name="name">The name.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <param name="uid">Only if it still is that object; <see langword="null"/> for whichever.</param>
    /// <param name="gracePeriodSeconds">Unit: seconds; <see langword="null"/> for the object's own.</param>
    /// <param name="version">Only if it still is as it was in that resourceVersion, a 409 else; <see langword="null"/> however it is.</param>
    public async Task DeleteAsync<T>(
        KubeResource<T> resource, string? ns, string name, CancellationToken cancellation, string? uid = null, int? gracePeriodSeconds = null, string? version = null)
        where T : class, IKubeDocument
    {
        try
        {
            var body = Body(DeleteOptions.For(uid, gracePeriodSeconds, version), ApiJson.Default.DeleteOptions);
            await SendAsync(HttpMethod.Delete, resource.ObjectPath(ns, name), body, cancellation).ConfigureAwait(false);
        }
        catch (KubeApiException missing) when (missing.IsNotFound)
        {
        }
        catch (KubeApiException conflict) when (conflict.IsConflict && uid is not null)
        {
            if (await IsThereAsync(resource, ns, name, uid, cancellation).ConfigureAwait(false))
            {
                throw;
            }
        }
    }

    /// <summary>Lists all objects, page by page. The list is consistent: all pages show one moment, <see cref="ListMeta.ResourceVersion"/>.</summary>
    /// <param name="resource">The kind.</param>
    /// <param name="ns">The namespace; <see langword="null"/> for all.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <param name="labelSelector">A label selector, or <see langword="null"/>.</param>
    /// <param name="fieldSelector">A field selector, or <see langword="null"/>.</param>
    public Task<KubeList<T>> ListAsync<T>(
        KubeResource<T> resource, string? ns, CancellationToken cancellation, string? labelSelector = null, string? fieldSelector = null)
        where T : class, IKubeDocument => ListAsync(resource, ns, labelSelector, fieldSelector, Tell, cancellation);

    /// <summary>Binds the pod. The annotations of the Binding become the pod's in the same step.</summary>
    /// <param name="binding">Pod, uid, annotations and node.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <exception cref="KubeApiException">409: bound already, being deleted, or (not on old servers) another pod than the uid says.</exception>
    public Task BindAsync(BindingDocument binding, CancellationToken cancellation)
    {
        var path = $"{KubeResources.Pods.ObjectPath(binding.Metadata.Namespace, binding.Metadata.Name)}/binding";
        return SendAsync(HttpMethod.Post, path, Body(binding, KubeJson.Default.BindingDocument), cancellation);
    }

    /// <summary>Asks for one pod to be evicted, in the version of the Eviction API that the server offers.</summary>
    /// <param name="ns">The pod's namespace.</param>
    /// <param name="name">The pod's name.</param>
    /// <param name="uid">The pod's identity: another pod of that name is left alone.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <param name="gracePeriodSeconds">Unit: seconds; <see langword="null"/> for the pod's own.</param>
    public async Task<EvictionAnswer> EvictAsync(string ns, string name, string uid, CancellationToken cancellation, int? gracePeriodSeconds = null)
    {
        var eviction = new EvictionDocument
        {
            ApiVersion = await discovery.EvictionVersionAsync(RequestTimeout, cancellation).ConfigureAwait(false),
            Metadata = new ObjectMeta { Name = name, Namespace = ns },
            DeleteOptions = DeleteOptions.For(uid, gracePeriodSeconds),
        };
        try
        {
            var path = $"{KubeResources.Pods.ObjectPath(ns, name)}/eviction";
            await SendAsync(HttpMethod.Post, path, Body(eviction, ApiJson.Default.EvictionDocument), cancellation).ConfigureAwait(false);
            return new EvictionAnswer(EvictionOutcome.Evicted);
        }
        catch (KubeApiException missing) when (missing.IsNotFound)
        {
            return new EvictionAnswer(EvictionOutcome.Gone);
        }
        catch (KubeApiException unknown) when (unknown.Status is HttpStatusCode.BadRequest or HttpStatusCode.UnsupportedMediaType)
        {
            discovery.ForgetEvictionVersion();
            throw;
        }
        catch (KubeApiException refused) when (refused.IsBudget)
        {
            return new EvictionAnswer(EvictionOutcome.BlockedByBudget, refused.Message, refused.RetryAfter);
        }
        catch (KubeApiException conflict) when (conflict.IsConflict)
        {
            if (await IsThereAsync(KubeResources.Pods, ns, name, uid, cancellation).ConfigureAwait(false))
            {
                throw;
            }

            return new EvictionAnswer(EvictionOutcome.Gone);
        }
    }

    /// <summary>Creates the object given as raw JSON, for documents that are not read here.</summary>
    /// <param name="path">The collection's path, without leading slash.</param>
    /// <param name="json">The object.</param>
    /// <param name="cancellation">Ends the call.</param>
    public Task PostAsync(string path, ReadOnlyMemory<byte> json, CancellationToken cancellation) =>
        SendAsync(HttpMethod.Post, path, Body(json, Json), cancellation);

    /// <summary>As <see cref="PostAsync"/>, for reviews, whose answer is what matters.</summary>
    /// <returns>What the server answered.</returns>
    public Task<JsonObject> AskAsync(string path, ReadOnlyMemory<byte> json, CancellationToken cancellation) =>
        requests.SendAsync(HttpMethod.Post, path, Body(json, Json), ReadObjectAsync, RequestTimeout, cancellation);

    /// <summary>Any object as it is, or <see langword="null"/> where there is none.</summary>
    /// <param name="path">The object's path, without leading slash.</param>
    /// <param name="cancellation">Ends the call.</param>
    public async Task<JsonObject?> FindRawAsync(string path, CancellationToken cancellation)
    {
        try
        {
            return await requests.SendAsync(HttpMethod.Get, path, null, ReadObjectAsync, RequestTimeout, cancellation).ConfigureAwait(false);
        }
        catch (KubeApiException missing) when (missing.IsNotFound)
        {
            return null;
        }
    }

    /// <summary>What the server says it is.</summary>
    public Task<KubeServerVersion> ServerVersionAsync(CancellationToken cancellation) => discovery.VersionAsync(RequestTimeout, cancellation);

    /// <summary>
    /// Whether the server offers a resource, or a subresource such as <c>pods/eviction</c>, now. Asked anew each time: CRDs come and go.
    /// </summary>
    /// <param name="group">The API group; empty for the core group.</param>
    /// <param name="version">The version, such as <c>v1</c>.</param>
    /// <param name="resource">The plural.</param>
    /// <param name="cancellation">Ends the call.</param>
    public Task<bool> OffersAsync(string group, string version, string resource, CancellationToken cancellation) =>
        discovery.OffersAsync(group, version, resource, RequestTimeout, cancellation);

    /// <summary>Watches until the server ends it, which is no error. Events that arrive together are given on together, in order.</summary>
    /// <param name="resource">The kind.</param>
    /// <param name="ns">The namespace; <see langword="null"/> for all.</param>
    /// <param name="resourceVersion">What is known already: that of a list, or of the last event.</param>
    /// <param name="duration">How long the server shall go on. 30 s later the connection counts as dead.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <param name="labelSelector">A label selector, or <see langword="null"/>.</param>
    /// <param name="fieldSelector">A field selector, or <see langword="null"/>.</param>
    /// <exception cref="KubeApiException">Also in mid-watch: 410 where the version is too old, status 0 where the connection broke.</exception>
    public IAsyncEnumerable<IReadOnlyList<WatchEvent<T>>> WatchAsync<T>(
        KubeResource<T> resource, string? ns, string resourceVersion, TimeSpan duration, CancellationToken cancellation,
        string? labelSelector = null, string? fieldSelector = null)
        where T : class, IKubeDocument => WatchAsync(resource, ns, resourceVersion, duration, labelSelector, fieldSelector, Tell, cancellation);

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();

    internal Task<KubeList<T>> ListAsync<T>(
        KubeResource<T> resource, string? ns, string? labelSelector, string? fieldSelector, Action<UnreadableObject> unreadable, CancellationToken cancellation)
        where T : class, IKubeDocument =>
        new PagedList<T>(requests, resource, RequestTimeout, unreadable).ReadAsync(new ListQuery(ns, labelSelector, fieldSelector), cancellation);

    internal IAsyncEnumerable<IReadOnlyList<WatchEvent<T>>> WatchAsync<T>(
        KubeResource<T> resource, string? ns, string resourceVersion, TimeSpan duration, string? labelSelector, string? fieldSelector,
        Action<UnreadableObject> unreadable, CancellationToken cancellation)
        where T : class, IKubeDocument =>
        new WatchConnection<T>(requests, resource, RequestTimeout, unreadable)
            .ReadAsync(new ListQuery(ns, labelSelector, fieldSelector), resourceVersion, duration, cancellation);

    private void Tell(UnreadableObject skipped) => OnUnreadable?.Invoke(skipped);

    private async Task<bool> IsThereAsync<T>(KubeResource<T> resource, string? ns, string name, string uid, CancellationToken cancellation)
        where T : class, IKubeDocument =>
        (await FindAsync(resource, ns, name, cancellation).ConfigureAwait(false))?.Metadata.Uid == uid;

    private Task<T> SendAsync<T>(HttpMethod method, string path, HttpContent? body, JsonTypeInfo<T> type, CancellationToken cancellation) =>
        requests.SendAsync(method, path, body, (stream, token) => ReadAsync(stream, type, token), RequestTimeout, cancellation);

    private async Task SendAsync(HttpMethod method, string path, HttpContent body, CancellationToken cancellation) =>
        await requests.SendAsync(
            method,
            path,
            body,
            async (stream, token) =>
            {
                // Read to the end, or the connection can't be used again.
                await stream.CopyToAsync(Stream.Null, token).ConfigureAwait(false);
                return true;
            },
            RequestTimeout,
            cancellation).ConfigureAwait(false);
}
