using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Nos.Scheduling.Cluster.Documents;

namespace Nos.Scheduling.Cluster.Api;

/// <summary>Reads a watch: one event a line, lines of any length. What has arrived is given on together.</summary>
/// <param name="resource">The kind.</param>
/// <param name="unreadable">Told of events that were skipped.</param>
internal sealed class WatchReader<T>(KubeResource<T> resource, Action<UnreadableObject> unreadable)
    where T : class, IKubeDocument
{
    private const int BufferBytes = 64 * 1024;

    /// <summary>A batch is not drawn out beyond this: a listener shall not wait while a flood goes on.</summary>
    private const int MostEvents = 2000;

    /// <summary>The events, batch by batch, until the stream ends. A last line without an end is dropped: a resumed watch brings it again.</summary>
    /// <exception cref="KubeApiException">The server ended the watch with an error. What came before it has been given on.</exception>
    public async IAsyncEnumerable<IReadOnlyList<WatchEvent<T>>> ReadAsync(Stream body, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var reader = PipeReader.Create(body, new StreamPipeReaderOptions(bufferSize: BufferBytes, leaveOpen: true));
        var batch = new List<WatchEvent<T>>();
        var pending = reader.ReadAsync(cancellation);
        var isPending = true;
        try
        {
            KubeApiException? error = null;
            while (error is null)
            {
                // Also where it fails: a read is awaited once.
                isPending = false;
                var read = await pending.ConfigureAwait(false);
                var consumed = Take(read.Buffer, batch, out error);
                reader.AdvanceTo(consumed, read.Buffer.End);
                if (read.IsCompleted)
                {
                    break;
                }

                pending = reader.ReadAsync(cancellation);
                isPending = true;

                // HTTP/2 and TLS hand over in pieces of 16 KB: as long as the next one is there already, it belongs to the same batch.
                if (batch.Count > 0 && (!pending.IsCompletedSuccessfully || batch.Count >= MostEvents))
                {
                    yield return batch;
                    batch = [];
                }
            }

            if (batch.Count > 0)
            {
                yield return batch;
            }

            if (error is not null)
            {
                throw error;
            }
        }
        finally
        {
            if (isPending)
            {
                // The read goes on writing into the reader's buffers, which go back to their pool with it: it has to end first.
                reader.CancelPendingRead();
                await Ending(pending).ConfigureAwait(false);
            }

            await reader.CompleteAsync().ConfigureAwait(false);
        }
    }

    private static async ValueTask Ending(ValueTask<ReadResult> pending)
    {
        try
        {
            await pending.ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is IOException or OperationCanceledException or HttpRequestException or ObjectDisposedException)
        {
            // Whatever it was, nobody waits for it any more.
        }
    }

    private SequencePosition Take(ReadOnlySequence<byte> buffer, List<WatchEvent<T>> batch, out KubeApiException? error)
    {
        error = null;
        while (error is null && buffer.PositionOf((byte)'\n') is { } end)
        {
            var line = buffer.Slice(0, end);
            buffer = buffer.Slice(buffer.GetPosition(1, end));
            try
            {
                if (line.Length > 0)
                {
                    Take(line, batch);
                }
            }
            catch (KubeApiException ended)
            {
                error = ended;
            }
        }

        return buffer.Start;
    }

    private void Take(in ReadOnlySequence<byte> line, List<WatchEvent<T>> batch)
    {
        if (WatchLine.Read(resource, line, out var skipped) is { } change)
        {
            batch.Add(change);
        }
        else
        {
            unreadable(skipped!);
        }
    }
}
