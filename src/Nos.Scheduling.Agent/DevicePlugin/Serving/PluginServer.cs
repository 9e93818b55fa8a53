using Google.Protobuf;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Nos.Scheduling.Agent.DevicePlugin.Protos.V1Beta1;
using Nos.Scheduling.Agent.DevicePlugin.Rpc;

namespace Nos.Scheduling.Agent.DevicePlugin.Serving;

/// <summary>Serves kubelet's calls on all sockets of the plugin.</summary>
internal static class PluginServer
{
    private const string Service = "/v1beta1.DevicePlugin/";

    /// <summary>Builds the server; it has to be started, and disposed.</summary>
    /// <param name="sockets">Where calls come in.</param>
    /// <param name="calls">What they do.</param>
    /// <param name="loggers">Where to log.</param>
    public static WebApplication Build(PluginSockets sockets, PluginCalls calls, ILoggerFactory loggers)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = [] });
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(loggers);
        builder.Services.AddSingleton<IHostLifetime, GuestLifetime>();
        builder.Services.AddSingleton<IConnectionListenerFactory>(new PluginListenerFactory(sockets));
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;

            // kubelet keeps a call open for as long as it lives, and says nothing on it.
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.KeepAliveTimeout = Timeout.InfiniteTimeSpan;
            kestrel.Listen(new PluginEndPoint(), listen =>
            {
                listen.Protocols = HttpProtocols.Http2;
                listen.Use(next => connection => AuthorityFilter.RunAsync(connection, next));
            });
        });
        var app = builder.Build();
        app.MapUnary(Service + "GetDevicePluginOptions", Empty.Parser, (_, _) => Task.FromResult<IMessage>(PluginCalls.Options));
        app.MapUnary(Service + "GetPreferredAllocation", PreferredAllocationRequest.Parser, (http, request) => Task.FromResult<IMessage>(calls.Prefer(ResourceOf(http), request)));
        app.MapUnary(Service + "Allocate", AllocateRequest.Parser, async (http, request) => await calls.AllocateAsync(ResourceOf(http), request, http.RequestAborted));
        app.MapUnary(Service + "PreStartContainer", PreStartContainerRequest.Parser, (_, _) => Task.FromResult<IMessage>(new PreStartContainerResponse()));
        app.MapStream(Service + "ListAndWatch", Empty.Parser, (http, _, send) =>
        {
            // The host tells first that it stops; without that its stopping would wait for kubelet's.
            var stopping = http.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
            return WatchAsync(http, calls, send, stopping);
        });
        app.MapUnknownMethods();
        return app;
    }

    private static async Task WatchAsync(HttpContext http, PluginCalls calls, Func<IMessage, Task> send, CancellationToken stopping)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, stopping);
        try
        {
            await calls.ListAndWatchAsync(ResourceOf(http), send, either.Token);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            throw new RpcException(RpcStatus.Unavailable, "The device plugin stops.");
        }
    }

    private static string ResourceOf(HttpContext http) => http.Features.Get<ServedResource>()?.Name
        ?? throw new RpcException(RpcStatus.Internal, "The call came in by no socket of the plugin.");
}
