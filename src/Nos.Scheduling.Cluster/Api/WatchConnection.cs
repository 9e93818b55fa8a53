using System.Globalization;
using System.Runtime.CompilerServices;
using Nos.Scheduling.Cluster.Documents;

namespace Nos.Scheduling.Cluster.Api;

/// <summary>One watch, from its request to its end.</summary>
/// <param name="requests">How to ask.</param>
/// <param name="resource">The kind.</param>
/// <param name="openTimeout">How long the watch may take to begin.</param>
/// <param name="unreadable">Told of events that were skipped.</param>
internal sealed class WatchConnection<T>(KubeRequests requests, KubeResource<T> resource, TimeSpan openTimeout, Action<UnreadableObject> unreadable)
    where T : class, IKubeDocument
{
    /// <summary>
    /// A server that does not end the watch when it was told to is not there any more. Half-open connections are noticed much earlier, below
    /// HTTP (see <see cref="Connecting.KubeConnection"/>); this is what remains when a proxy in between keeps answering.
    /// </summary>
    private static readonly TimeSpan Overtime = TimeSpan.FromSeconds(30);

    /// <summary>The events, batch by batch, until the server ends the watch.</summary>
    public async IAsyncEnumerable<IReadOnlyList<WatchEvent<T>>> ReadAsync(
        ListQuery query, string resourceVersion, TimeSpan duration, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var path = query.Path(
            resource.CollectionPath(query.Namespace),
            ("watch", "true"),
            ("allowWatchBookmarks", "true"),
            ("resourceVersion", resourceVersion),
            ("timeoutSeconds", Math.Max(1, (int)duration.TotalSeconds).ToString(CultureInfo.InvariantCulture)));
        using var response = await requests.OpenAsync(path, openTimeout, cancellation).ConfigureAwait(false);
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limited.CancelAfter(duration + Overtime);

        var events = ReadBodyAsync(response, limited.Token).GetAsyncEnumerator(limited.Token);
        await using (events.ConfigureAwait(false))
        {
            // Not a foreach: an iterator can't yield inside a try that catches.
            while (await MoveAsync(events, path, duration + Overtime, limited.Token, cancellation).ConfigureAwait(false))
            {
                yield return events.Current;
            }
        }
    }

    private static async ValueTask<bool> MoveAsync(
        IAsyncEnumerator<IReadOnlyList<WatchEvent<T>>> events, string path, TimeSpan limit, CancellationToken limited, CancellationToken cancellation)
    {
        try
        {
            return await events.MoveNextAsync().ConfigureAwait(false);
        }
        catch (Exception failure) when (KubeRequests.IsOurs(failure, cancellation))
        {
            throw KubeRequests.Translate(failure, KubeRequests.Asked(HttpMethod.Get, path), limited.IsCancellationRequested ? limit : null);
        }
    }

    private async IAsyncEnumerable<IReadOnlyList<WatchEvent<T>>> ReadBodyAsync(HttpResponseMessage response, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var body = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        await using (body.ConfigureAwait(false))
        {
            await foreach (var batch in new WatchReader<T>(resource, unreadable).ReadAsync(body, cancellation).ConfigureAwait(false))
            {
                yield return batch;
            }
        }
    }
}
