namespace Nos.Scheduling.Cluster.InMemory;

/// <summary>A body that is put together while it is read: a list is nowhere in memory as a whole.</summary>
internal sealed class ChunkStream(IEnumerable<ReadOnlyMemory<byte>> chunks) : ReadOnlyStream
{
    private readonly IEnumerator<ReadOnlyMemory<byte>> rest = chunks.GetEnumerator();
    private ReadOnlyMemory<byte> chunk;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => ValueTask.FromResult(Read(buffer.Span));

    public override int Read(Span<byte> buffer)
    {
        var written = 0;
        while (written < buffer.Length)
        {
            if (chunk.IsEmpty)
            {
                if (!rest.MoveNext())
                {
                    break;
                }

                chunk = rest.Current;
            }

            var count = Math.Min(chunk.Length, buffer.Length - written);
            chunk.Span[..count].CopyTo(buffer[written..]);
            chunk = chunk[count..];
            written += count;
        }

        return written;
    }

    protected override void Dispose(bool disposing)
    {
        rest.Dispose();
        base.Dispose(disposing);
    }
}
