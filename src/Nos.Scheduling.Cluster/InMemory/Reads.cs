using System.Globalization;
using System.Text;

namespace Nos.Scheduling.Cluster.InMemory;

/// <summary>Lists and watches.</summary>
internal sealed class Reads(Store store, TimeProvider time, TimeSpan bookmarkInterval)
{
    /// <summary>Real servers choose between 30 and 60 minutes where the client says nothing.</summary>
    private static readonly TimeSpan LongWatch = TimeSpan.FromMinutes(30);

    private readonly ListPages pages = new();

    /// <summary>One page of a list.</summary>
    public Stream List(ApiRoute route, ApiQuery query)
    {
        var limit = query.Number("limit") is > 0 and <= int.MaxValue and var asked ? (int)asked : int.MaxValue;
        var (list, first) = query["continue"] is { Length: > 0 } token ? pages.Find(route.Kind, token) : (Gather(route, query), 0);
        var end = (int)Math.Min((long)first + limit, list.Objects.Count);
        var next = end < list.Objects.Count ? pages.Keep(list, end) : null;
        return new ChunkStream(Body(list, first, end, next));
    }

    /// <summary>A watch.</summary>
    public Stream Watch(ApiRoute route, ApiQuery query)
    {
        var order = new WatchOrder(
            Select(route, query),
            query.Number("resourceVersion") is > 0 and var version ? version : null,
            query.Number("timeoutSeconds") is > 0 and var seconds ? TimeSpan.FromSeconds(seconds) : LongWatch,
            query["allowWatchBookmarks"] is "true" or "1" ? bookmarkInterval : null);
        return new WatchStream(store, route.Table, order, time);
    }

    private static ListPage Gather(ApiRoute route, ApiQuery query)
    {
        var selection = Select(route, query);
        var (objects, version) = route.Table.Snapshot();
        return new ListPage(null, route.Kind, version, [.. objects.Values.Where(selection.Matches)]);
    }

    private static Selection Select(ApiRoute route, ApiQuery query) => new(route.Kind, route.Namespace, query["labelSelector"], query["fieldSelector"]);

    private static IEnumerable<ReadOnlyMemory<byte>> Body(ListPage list, int first, int end, string? next)
    {
        var more = next is null ? "" : string.Create(CultureInfo.InvariantCulture, $",\"continue\":\"{next}\",\"remainingItemCount\":{list.Objects.Count - end}");
        yield return Encoding.UTF8.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $$$"""{"kind":"{{{list.Kind.Kind}}}List","apiVersion":"{{{list.Kind.ApiVersion}}}","metadata":{"resourceVersion":"{{{list.Version}}}"{{{more}}}},"items":["""));
        var comma = ","u8.ToArray();
        for (var index = first; index < end; index++)
        {
            if (index > first)
            {
                yield return comma;
            }

            yield return list.Objects[index].Json;
        }

        yield return "]}\n"u8.ToArray();
    }
}
