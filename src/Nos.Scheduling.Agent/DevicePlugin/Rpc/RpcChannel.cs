using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Google.Protobuf;

namespace Nos.Scheduling.Agent.DevicePlugin.Rpc;

/// <summary>Calls gRPC methods of whoever listens on a Unix socket, over .NET's HTTP/2 client. Connects anew where it must.</summary>
internal sealed class RpcChannel : IDisposable
{
    private readonly HttpClient client;

    /// <summary>Prepares the channel; nothing is opened before the first call.</summary>
    /// <param name="path">The socket.</param>
    public RpcChannel(string path)
    {
        var handler = new SocketsHttpHandler
        {
            ConnectCallback = (_, cancellation) => ConnectAsync(path, cancellation),
            ActivityHeadersPropagator = null,
            UseProxy = false,
        };
        client = new HttpClient(handler) { BaseAddress = new Uri("http://localhost/"), Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>One request, one answer.</summary>
    /// <exception cref="RpcException">The peer says no, or nobody answers: <see cref="RpcStatus.Unavailable"/>.</exception>
    public async Task<TAnswer> CallAsync<TAnswer>(string method, IMessage request, MessageParser<TAnswer> parser, CancellationToken cancellation)
        where TAnswer : class, IMessage<TAnswer>
    {
        TAnswer? answer = null;
        await StreamAsync(method, request, parser, got => answer = got, cancellation);
        return answer ?? throw new RpcException(RpcStatus.Internal, $"{method} said Ok and nothing else.");
    }

    /// <summary>One request, any number of answers; returns when the peer has ended the call.</summary>
    /// <exception cref="RpcException">As <see cref="CallAsync"/>.</exception>
    public async Task StreamAsync<TAnswer>(
        string method, IMessage request, MessageParser<TAnswer> parser, Action<TAnswer> hear, CancellationToken cancellation)
        where TAnswer : class, IMessage<TAnswer>
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, method)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(RpcFrames.Of(request)),
        };
        message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        message.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        try
        {
            using var response = await client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellation);
            await using var body = await response.Content.ReadAsStreamAsync(cancellation);
            while (await RpcFrames.ReadAsync(body, parser, cancellation) is { } answer)
            {
                hear(answer);
            }

            // An answer without any message has its status in the headers.
            Judge(method, response, Status(response.TrailingHeaders) ?? Status(response.Headers));
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException)
        {
            throw new RpcException(RpcStatus.Unavailable, $"{method}: {broken.Message}", broken);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => client.Dispose();

    private static (int Code, string Message)? Status(HttpResponseHeaders headers) => headers.TryGetValues("grpc-status", out var codes)
        && int.TryParse(codes.First(), NumberStyles.None, CultureInfo.InvariantCulture, out var code)
            ? (code, headers.TryGetValues("grpc-message", out var messages) ? Uri.UnescapeDataString(messages.First()) : "")
            : null;

    private static void Judge(string method, HttpResponseMessage response, (int Code, string Message)? status)
    {
        if (status is not { } known)
        {
            throw new RpcException(RpcStatus.Unavailable, $"{method} was answered with HTTP {(int)response.StatusCode} and no status of gRPC.");
        }

        if (known.Code != 0)
        {
            throw new RpcException((RpcStatus)known.Code, known.Message);
        }
    }

    private static async ValueTask<Stream> ConnectAsync(string path, CancellationToken cancellation)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
