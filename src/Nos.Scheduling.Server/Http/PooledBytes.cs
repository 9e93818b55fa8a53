using System.Buffers;

namespace Nos.Scheduling.Server.Http;

/// <summary>Bytes that are written in memory first, so that their number is known before they are sent. Not thread-safe; to be disposed of once.</summary>
internal sealed class PooledBytes : IBufferWriter<byte>, IDisposable
{
    private const int Smallest = 4096;

    private byte[] rented = ArrayPool<byte>.Shared.Rent(Smallest);
    private int written;

    /// <summary>What has been written.</summary>
    internal ReadOnlyMemory<byte> Written => rented.AsMemory(0, written);

    /// <inheritdoc/>
    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, rented.Length - written);
        written += count;
    }

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return rented.AsMemory(written);
    }

    /// <inheritdoc/>
    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return rented.AsSpan(written);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(rented);
        (rented, written) = ([], 0);
    }

    private void Reserve(int sizeHint)
    {
        var wanted = written + Math.Max(sizeHint, 1);
        if (wanted > rented.Length)
        {
            var grown = ArrayPool<byte>.Shared.Rent(Math.Max(wanted, 2 * rented.Length));
            Written.CopyTo(grown);
            ArrayPool<byte>.Shared.Return(rented);
            rented = grown;
        }
    }
}
