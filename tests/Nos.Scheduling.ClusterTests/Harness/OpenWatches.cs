using System.Buffers;
using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Nos.Scheduling.ClusterTests.Harness;

/// <summary>The watches that go through <see cref="ApiFaults"/> now. They are passed on event by event, so that one can be ended between two.</summary>
internal sealed class OpenWatches
{
    private readonly ConcurrentDictionary<CancellationTokenSource, ApiCall> _open = [];

    public int End(Func<ApiCall, bool> calls)
    {
        var ended = _open.Where(watch => calls(watch.Value)).ToList();
        foreach (var (ending, _) in ended)
        {
            ending.Cancel();
        }

        return ended.Count;
    }

    /// <summary>Until the server or the caller ends it, or <see cref="End"/> does.</summary>
    /// <param name="isJson">Whether an event is a line; else pieces are passed on as they come, and the end is a cut.</param>
    public async Task Pass(HttpContext http, ApiCall call, Stream body, bool isJson)
    {
        // Not disposed: End may hold it a moment longer, and there is nothing in it to free.
        var ending = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
        _open[ending] = call;
        try
        {
            await http.Response.Body.FlushAsync(ending.Token);
            await Copy(http, PipeReader.Create(body), isJson, ending.Token);
        }
        catch (OperationCanceledException) when (!http.RequestAborted.IsCancellationRequested && isJson)
        {
            await http.Response.WriteAsync(ApiForwarding.Gone, Encoding.UTF8, http.RequestAborted);
        }
        finally
        {
            _open.TryRemove(ending, out _);
        }
    }

    private static async Task Copy(HttpContext http, PipeReader body, bool isJson, CancellationToken ending)
    {
        while (true)
        {
            var read = await body.ReadAsync(ending);
            var end = isJson ? (read.Buffer.PositionOf((byte)'\n') is { } line ? read.Buffer.GetPosition(1, line) : read.Buffer.Start) : read.Buffer.End;
            foreach (var piece in read.Buffer.Slice(0, end))
            {
                // Half an event is never sent: whoever ends the watch ends it before or after this.
                await http.Response.Body.WriteAsync(piece, http.RequestAborted);
            }

            var isWhole = end.Equals(read.Buffer.Start);
            body.AdvanceTo(end, isWhole ? read.Buffer.End : end);
            await http.Response.Body.FlushAsync(http.RequestAborted);
            if (read.IsCompleted && isWhole)
            {
                return;
            }
        }
    }
}
