using System.Globalization;
using Google.Protobuf;

namespace Nos.Scheduling.Agent.DevicePlugin.Rpc;

/// <summary>Serves gRPC methods over Kestrel's HTTP/2; no package for it restores where this is built.</summary>
internal static class RpcEndpoints
{
    /// <summary>One request, one answer.</summary>
    /// <param name="routes">Where to.</param>
    /// <param name="path"><c>/package.Service/Method</c>.</param>
    /// <param name="parser">Of the request.</param>
    /// <param name="answer">The method; an <see cref="RpcException"/> is its answer as well.</param>
    public static void MapUnary<TRequest>(
        this IEndpointRouteBuilder routes, string path, MessageParser<TRequest> parser, Func<HttpContext, TRequest, Task<IMessage>> answer)
        where TRequest : class, IMessage<TRequest> =>
        routes.MapStream(path, parser, async (http, request, send) => await send(await answer(http, request)));

    /// <summary>One request, any number of answers; the call ends when the method does.</summary>
    public static void MapStream<TRequest>(
        this IEndpointRouteBuilder routes,
        string path,
        MessageParser<TRequest> parser,
        Func<HttpContext, TRequest, Func<IMessage, Task>, Task> answer)
        where TRequest : class, IMessage<TRequest> =>
        routes.MapPost(path, (RequestDelegate)(http => AnswerAsync(http, async send =>
        {
            var request = await RpcFrames.ReadAsync(http.Request.Body, parser, http.RequestAborted)
                ?? throw new RpcException(RpcStatus.InvalidArgument, "The request holds no message.");
            await answer(http, request, send);
        })));

    /// <summary>What every gRPC server says of methods that it does not have.</summary>
    public static void MapUnknownMethods(this IEndpointRouteBuilder routes) => routes.MapFallback((RequestDelegate)(http =>
        AnswerAsync(http, _ => throw new RpcException(RpcStatus.Unimplemented, $"There is no method {http.Request.Path}."))));

    private static async Task AnswerAsync(HttpContext http, Func<Func<IMessage, Task>, Task> answer)
    {
        var response = http.Response;
        response.ContentType = "application/grpc";
        try
        {
            await answer(SendAsync);
            End(RpcStatus.Ok, null);
        }
        catch (RpcException refused)
        {
            End(refused.Status, refused.Message);
        }
        catch (Exception gone) when (http.RequestAborted.IsCancellationRequested && gone is OperationCanceledException or IOException)
        {
            // Nobody is there to hear of it.
        }

        // A stream's beginning must be seen before its first message has come.
        async Task SendAsync(IMessage message)
        {
            await response.Body.WriteAsync(RpcFrames.Of(message), http.RequestAborted);
            await response.Body.FlushAsync(http.RequestAborted);
            http.RequestAborted.ThrowIfCancellationRequested();
        }

        void End(RpcStatus status, string? message)
        {
            response.AppendTrailer("grpc-status", ((int)status).ToString(CultureInfo.InvariantCulture));
            if (message is not null)
            {
                response.AppendTrailer("grpc-message", Uri.EscapeDataString(message));
            }
        }
    }
}
