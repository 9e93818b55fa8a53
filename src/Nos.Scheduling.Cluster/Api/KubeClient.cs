using Nos.Scheduling.Cluster.Documents;

namespace Nos.Scheduling.Cluster.Api;

/// <summary>Speaks HTTP with an API server, or with the in-memory one: the handler decides.</summary>
/// <remarks>Every method throws <see cref="KubeApiException"/> when the server says no or does not answer.</remarks>
/// <param name="http">Its base address is the server's, ending with a slash; its handler authenticates.</param>
public sealed class KubeClient(HttpClient http) : IDisposable
{
    /// <summary>The object, or <see langword="null"/> where there is none of that name.</summary>
    /// <param name="resource">The kind.</param>
    /// <param name="ns">The namespace; <see langword="null"/> for cluster-scoped kinds.</param>
    /// <param name="name">The name.</param>
    /// <param name="cancellation">Ends the call.</param>
    public Task<T?> FindAsync<T>(KubeResource<T> resource, string? ns, string name, CancellationToken cancellation)
        where T : class, IKubeDocument => throw new NotImplementedException();

    /// <summary>Creates the object; apiVersion and kind are filled in.</summary>
    public Task<T> CreateAsync<T>(KubeResource<T> resource, string? ns, T document, CancellationToken cancellation)
        where T : class, IKubeDocument => throw new NotImplementedException();

    /// <summary>Merges a JSON merge patch (RFC 7386) into the object. With <c>metadata.resourceVersion</c> in it: compare-and-swap, a 409 if another wrote first.</summary>
    /// <param name="resource">The kind.</param>
    /// <param name="ns">The namespace; <see langword="null"/> for cluster-scoped kinds.</param>
    /// <param name="name">The name.</param>
    /// <param name="patch">The patch as JSON.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <param name="subresource"><c>status</c>, or <see langword="null"/> for the object itself.</param>
    /// <returns>The object after the patch.</returns>
    public Task<T> PatchAsync<T>(
        KubeResource<T> resource, string? ns, string name, System.Text.Json.Nodes.JsonObject patch, CancellationToken cancellation, string? subresource = null)
        where T : class, IKubeDocument => throw new NotImplementedException();

    /// <summary>Deletes the object; a missing one is no error.</summary>
    /// <param name="resource">The kind.</param>
    /// <param name="ns">The namespace; <see langword="null"/> for cluster-scoped kinds.</param>
    /// <param name="name">The name.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <param name="uid">Only if it still is that object; <see langword="null"/> for whichever.</param>
    /// <param name="gracePeriodSeconds">Unit: seconds; <see langword="null"/> for the object's own.</param>
    public Task DeleteAsync<T>(
        KubeResource<T> resource, string? ns, string name, CancellationToken cancellation, string? uid = null, int? gracePeriodSeconds = null)
        where T : class, IKubeDocument => throw new NotImplementedException();

    /// <summary>Lists all objects, page by page.</summary>
    /// <param name="resource">The kind.</param>
    /// <param name="ns">The namespace; <see langword="null"/> for all.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <param name="labelSelector">A label selector, or <see langword="null"/>.</param>
    /// <param name="fieldSelector">A field selector, or <see langword="null"/>.</param>
    public Task<KubeList<T>> ListAsync<T>(
        KubeResource<T> resource, string? ns, CancellationToken cancellation, string? labelSelector = null, string? fieldSelector = null)
        where T : class, IKubeDocument => throw new NotImplementedException();

    /// <summary>Binds the pod. The annotations of the Binding become the pod's in the same step.</summary>
    public Task BindAsync(BindingDocument binding, CancellationToken cancellation) => throw new NotImplementedException();

    /// <summary>Creates the object given as raw JSON, for documents that are not read here.</summary>
    public Task PostAsync(string path, ReadOnlyMemory<byte> json, CancellationToken cancellation) => throw new NotImplementedException();

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();
}
