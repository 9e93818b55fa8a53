using System.Buffers.Binary;
using Google.Protobuf;

namespace Nos.Scheduling.Agent.DevicePlugin.Rpc;

/// <summary>gRPC's message framing: one byte that says whether the message is compressed, four of length, big-endian, then the message.</summary>
internal static class RpcFrames
{
    private const int PrefixBytes = 5;

    /// <summary>Unit: bytes; kubelet's own limit for what it sends.</summary>
    private const int Largest = 16 << 20;

    /// <summary>The message with its prefix.</summary>
    public static byte[] Of(IMessage message)
    {
        var frame = new byte[PrefixBytes + message.CalculateSize()];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), frame.Length - PrefixBytes);
        message.WriteTo(frame.AsSpan(PrefixBytes));
        return frame;
    }

    /// <summary>Reads the next message.</summary>
    /// <returns><see langword="null"/> where the stream has ended.</returns>
    /// <exception cref="RpcException">It is compressed, which nobody asked for, or larger than 16 MiB, or no message of that type.</exception>
    public static async ValueTask<T?> ReadAsync<T>(Stream stream, MessageParser<T> parser, CancellationToken cancellation)
        where T : class, IMessage<T>
    {
        var prefix = new byte[PrefixBytes];
        if (await stream.ReadAtLeastAsync(prefix, PrefixBytes, throwOnEndOfStream: false, cancellation) < PrefixBytes)
        {
            return null;
        }

        var length = BinaryPrimitives.ReadUInt32BigEndian(prefix.AsSpan(1));
        if (prefix[0] != 0 || length > Largest)
        {
            throw new RpcException(RpcStatus.Unimplemented, $"Messages are not compressed and have at most {Largest} bytes.");
        }

        var message = new byte[length];
        await stream.ReadExactlyAsync(message, cancellation);
        try
        {
            return parser.ParseFrom(message);
        }
        catch (InvalidProtocolBufferException broken)
        {
            throw new RpcException(RpcStatus.InvalidArgument, $"This is no {typeof(T).Name}: {broken.Message}", broken);
        }
    }
}
