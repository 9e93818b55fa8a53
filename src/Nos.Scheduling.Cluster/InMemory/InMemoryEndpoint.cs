using Microsoft.AspNetCore.Http;

namespace Nos.Scheduling.Cluster.InMemory;

/// <summary>Serves an in-memory API server over HTTP, so that other processes (and kubectl) can speak with it.</summary>
public static class InMemoryEndpoint
{
    private const int BufferBytes = 64 * 1024;

    /// <summary>Answers every request of a web application: <c>app.Run(InMemoryEndpoint.For(server))</c>.</summary>
    public static RequestDelegate For(InMemoryApiServer server)
    {
        var invoker = new HttpMessageInvoker(server, disposeHandler: false);
        return context => ServeAsync(invoker, context);
    }

    private static async Task ServeAsync(HttpMessageInvoker server, HttpContext context)
    {
        var from = context.Request;
        using var request = new HttpRequestMessage(new HttpMethod(from.Method), new Uri($"http://{from.Host}{from.Path.ToUriComponent()}{from.QueryString}"));
        request.Content = new StreamContent(from.Body);
        foreach (var (name, values) in from.Headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, values.ToArray()))
            {
                request.Content.Headers.TryAddWithoutValidation(name, values.ToArray());
            }
        }

        using var response = await server.SendAsync(request, context.RequestAborted).ConfigureAwait(false);
        context.Response.StatusCode = (int)response.StatusCode;
        foreach (var (name, values) in response.Headers.Concat(response.Content.Headers))
        {
            context.Response.Headers[name] = values.ToArray();
        }

        await CopyAsync(await response.Content.ReadAsStreamAsync(context.RequestAborted).ConfigureAwait(false), context).ConfigureAwait(false);
    }

    private static async Task CopyAsync(Stream body, HttpContext context)
    {
        try
        {
            // The headers of a watch are its beginning: clients wait for them, events or not.
            await context.Response.StartAsync(context.RequestAborted).ConfigureAwait(false);
            await context.Response.Body.FlushAsync(context.RequestAborted).ConfigureAwait(false);
            var buffer = new byte[BufferBytes];
            int count;
            while ((count = await body.ReadAsync(buffer, context.RequestAborted).ConfigureAwait(false)) > 0)
            {
                await context.Response.Body.WriteAsync(buffer.AsMemory(0, count), context.RequestAborted).ConfigureAwait(false);
                await context.Response.Body.FlushAsync(context.RequestAborted).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // The client has had enough.
        }
    }
}
