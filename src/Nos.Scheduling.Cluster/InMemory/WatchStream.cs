using System.Globalization;
using System.Text;

namespace Nos.Scheduling.Cluster.InMemory;

/// <summary>
/// The body of a watch. It fetches writes when it is read, so a reader that is slow holds up nobody and costs nothing; one that is too slow gets
/// a 410.
/// </summary>
internal sealed class WatchStream : ReadOnlyStream
{
    private const int MostChanges = 64;

    /// <summary>Watches wait most of their lives: they shall not hold the memory of their busiest moment.</summary>
    private const int MostIdleBytes = 256 * 1024;

    private readonly Store store;
    private readonly Table table;
    private readonly WatchOrder order;
    private readonly TimeProvider time;
    private readonly long started;
    private readonly MemoryStream lines = new();
    private readonly List<Change> changes = [];
    private int read;
    private long position;
    private long bookmarked;
    private bool isOver;

    public WatchStream(Store store, Table table, WatchOrder order, TimeProvider time)
    {
        (this.store, this.table, this.order, this.time) = (store, table, order, time);
        bookmarked = started = time.GetTimestamp();
        position = order.After ?? Begin();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (read == lines.Length && !isOver)
        {
            Rewind();
            var next = table.NextChange;
            Fetch();
            if (lines.Length == 0 && !isOver)
            {
                await WaitAsync(next, cancellationToken).ConfigureAwait(false);
            }
        }

        var count = Math.Min(buffer.Length, (int)lines.Length - read);
        lines.GetBuffer().AsSpan(read, count).CopyTo(buffer.Span);
        read += count;
        return count;
    }

    private void Rewind()
    {
        read = 0;
        lines.SetLength(0);
        if (lines.Capacity > MostIdleBytes)
        {
            lines.Capacity = 0;
        }
    }

    /// <summary>Everything that is there, as if it had just come.</summary>
    private long Begin()
    {
        var (objects, version) = table.Snapshot();
        foreach (var stored in objects.Values.Where(order.Selection.Matches))
        {
            Write("ADDED", stored.Json);
        }

        return version;
    }

    private void Fetch()
    {
        if (store.IsStopped || time.GetElapsedTime(started) >= order.Duration)
        {
            isOver = true;
            return;
        }

        changes.Clear();
        if (table.CopyChanges(position, MostChanges, changes) is not { } reached)
        {
            Write("ERROR", Encoding.UTF8.GetBytes(ApiRefusal.Expired($"too old resource version: {position}").ToStatus().ToJsonString()));
            isOver = true;
            return;
        }

        foreach (var change in changes)
        {
            Write(change);
        }

        position = reached;
        if (order.BookmarkInterval is { } interval && time.GetElapsedTime(bookmarked) >= interval)
        {
            bookmarked = time.GetTimestamp();
            Write("BOOKMARK", Bookmark());
        }
    }

    private async Task WaitAsync(Task next, CancellationToken cancellation)
    {
        var left = order.Duration - time.GetElapsedTime(started);
        if (order.BookmarkInterval is { } interval && interval - time.GetElapsedTime(bookmarked) is var untilBookmark && untilBookmark < left)
        {
            left = untilBookmark;
        }

        try
        {
            await next.WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, time, cancellation).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // Time for a bookmark, or for the end.
        }
    }

    /// <summary>Who watches a selection sees an object come when it begins to match, and go when it ceases to.</summary>
    private void Write(Change change)
    {
        var matched = change.Before is not null && order.Selection.Matches(change.Before);
        var matches = !change.IsDeletion && order.Selection.Matches(change.Now);
        if (matches)
        {
            Write(matched ? "MODIFIED" : "ADDED", change.Now.Json);
        }
        else if (matched)
        {
            Write("DELETED", change.Now.Json);
        }
    }

    private byte[] Bookmark() => Encoding.UTF8.GetBytes(string.Create(
        CultureInfo.InvariantCulture,
        $$$"""{"kind":"{{{table.Kind.Kind}}}","apiVersion":"{{{table.Kind.ApiVersion}}}","metadata":{"resourceVersion":"{{{position}}}","creationTimestamp":null}}"""));

    private void Write(string type, byte[] json)
    {
        lines.Write("{\"type\":\""u8);
        lines.Write(Encoding.UTF8.GetBytes(type));
        lines.Write("\",\"object\":"u8);
        lines.Write(json);
        lines.Write("}\n"u8);
    }
}
