namespace Nos.Scheduling.Tests.Cluster.Api;

/// <summary>A body that arrives in pieces, one a read, and then ends, breaks or goes on for ever.</summary>
internal sealed class PiecesStream(IEnumerable<byte[]> pieces, Func<CancellationToken, Task>? atEnd = null) : Stream
{
    private readonly Queue<byte[]> rest = new(pieces);

    public static Func<CancellationToken, Task> Broken { get; } = _ => throw new IOException("the connection was reset");

    public static Func<CancellationToken, Task> Silent { get; } = cancellation => Task.Delay(Timeout.Infinite, cancellation);

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        // Real connections never complete at once after what has arrived is read; without this all pieces would look like one.
        await Task.Yield();
        if (!rest.TryDequeue(out var piece))
        {
            await (atEnd?.Invoke(cancellationToken) ?? Task.CompletedTask);
            return 0;
        }

        if (piece.Length > buffer.Length)
        {
            var later = rest.ToArray();
            rest.Clear();
            rest.Enqueue(piece[buffer.Length..]);
            Array.ForEach(later, rest.Enqueue);
            piece = piece[..buffer.Length];
        }

        piece.CopyTo(buffer);
        return piece.Length;
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
