using Nos.Scheduling.Cluster.Documents;

namespace Nos.Scheduling.Cluster.Api;

/// <summary>Reads a list page by page.</summary>
/// <param name="requests">How to ask.</param>
/// <param name="resource">The kind.</param>
/// <param name="pageTimeout">How long one page may take.</param>
/// <param name="unreadable">Told of items that were skipped.</param>
internal sealed class PagedList<T>(KubeRequests requests, KubeResource<T> resource, TimeSpan pageTimeout, Action<UnreadableObject> unreadable)
    where T : class, IKubeDocument
{
    private const string PageSize = "500";
    private const int MostPagedTries = 2;

    /// <summary>All objects, as of one moment.</summary>
    public async Task<KubeList<T>> ReadAsync(ListQuery query, CancellationToken cancellation)
    {
        for (var attempt = 1; attempt <= MostPagedTries; attempt++)
        {
            try
            {
                return await ReadOnceAsync(query, PageSize, pageTimeout, cancellation).ConfigureAwait(false);
            }
            catch (KubeApiException expired) when (expired.IsGone)
            {
                // The moment that the pages show was forgotten between two of them; the rest of another moment would not fit to what is read.
            }
        }

        // Pages that expire faster than they are read would never come to an end: all at once, and longer.
        return await ReadOnceAsync(query, null, pageTimeout * MostPagedTries * 3, cancellation).ConfigureAwait(false);
    }

    private async Task<KubeList<T>> ReadOnceAsync(ListQuery query, string? limit, TimeSpan timeout, CancellationToken cancellation)
    {
        var items = new List<T>();
        ListMeta? page = null;
        do
        {
            var path = query.Path(resource.CollectionPath(query.Namespace), ("limit", limit), ("continue", page?.Continue));
            var reader = new ListReader<T>(resource, items, unreadable);
            page = await requests.SendAsync(HttpMethod.Get, path, null, ReadPageAsync, timeout, cancellation).ConfigureAwait(false);

            async ValueTask<ListMeta> ReadPageAsync(Stream body, CancellationToken token)
            {
                await reader.ReadAsync(body, token).ConfigureAwait(false);
                return reader.Metadata;
            }
        }
        while (!string.IsNullOrEmpty(page.Continue));

        return new KubeList<T>
        {
            ApiVersion = resource.ApiVersion,
            Kind = $"{resource.Kind}List",
            Metadata = new ListMeta { ResourceVersion = page.ResourceVersion },
            Items = [.. items],
        };
    }
}
