using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;

namespace Nos.Scheduling.Agent.DevicePlugin.Serving;

/// <summary>Passes a connection's frames on to Kestrel, header blocks with an authority that Kestrel takes. See <see cref="HeaderBlocks"/>.</summary>
internal static class AuthorityFilter
{
    private const int FrameHeaderBytes = 9;
    private const byte Headers = 1;

    /// <summary>END_HEADERS alone, or with END_STREAM: no padding, no priority, no continuation. So writes every client of gRPC.</summary>
    private const byte PlainFlags = 0x05;

    private const byte EndHeaders = 0x04;

    private static ReadOnlySpan<byte> Preface => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8;

    /// <summary>Runs the connection with its inbound frames rewritten.</summary>
    public static async Task RunAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var transport = connection.Transport;
        var filtered = new Pipe();
        connection.Transport = new FilteredPipe(filtered.Reader, transport.Output);
        var pumping = PumpAsync(transport.Input, filtered.Writer);
        try
        {
            await next(connection);
        }
        finally
        {
            transport.Input.CancelPendingRead();
            await filtered.Reader.CompleteAsync();
            await pumping;
            connection.Transport = transport;
        }
    }

    private static async Task PumpAsync(PipeReader from, PipeWriter to)
    {
        Exception? failure = null;
        var isBegun = false;
        try
        {
            while (true)
            {
                var read = await from.ReadAsync();
                var rest = read.Buffer;
                while (Take(ref rest, ref isBegun) is { } piece)
                {
                    to.Write(piece);
                }

                from.AdvanceTo(rest.Start, rest.End);
                if ((await to.FlushAsync()).IsCompleted || read.IsCompleted || read.IsCanceled)
                {
                    break;
                }
            }
        }
        catch (Exception broken) when (broken is IOException or ConnectionResetException or ConnectionAbortedException or OperationCanceledException)
        {
            failure = broken;
        }

        await to.CompleteAsync(failure);
    }

    /// <summary>The next whole frame, rewritten; <see langword="null"/> where it is not all there yet.</summary>
    private static byte[]? Take(ref ReadOnlySequence<byte> rest, ref bool isBegun)
    {
        if (!isBegun)
        {
            return (isBegun = rest.Length >= Preface.Length) ? Cut(ref rest, Preface.Length) : null;
        }

        if (rest.Length < FrameHeaderBytes)
        {
            return null;
        }

        Span<byte> header = stackalloc byte[FrameHeaderBytes];
        rest.Slice(0, FrameHeaderBytes).CopyTo(header);
        var length = BinaryPrimitives.ReadInt32BigEndian(header) >> 8;
        if (rest.Length < FrameHeaderBytes + length)
        {
            return null;
        }

        var frame = Cut(ref rest, FrameHeaderBytes + length);
        if (header[3] != Headers || (header[4] & EndHeaders) == 0 || (header[4] & ~PlainFlags) != 0)
        {
            return frame;
        }

        var block = HeaderBlocks.WithLocalAuthority(frame.AsSpan(FrameHeaderBytes));
        BinaryPrimitives.WriteInt32BigEndian(header, (block.Length << 8) | Headers);
        return [.. header, .. block];
    }

    private static byte[] Cut(ref ReadOnlySequence<byte> rest, int length)
    {
        var piece = rest.Slice(0, length).ToArray();
        rest = rest.Slice(length);
        return piece;
    }

    private sealed class FilteredPipe(PipeReader input, PipeWriter output) : IDuplexPipe
    {
        public PipeReader Input { get; } = input;

        public PipeWriter Output { get; } = output;
    }
}
