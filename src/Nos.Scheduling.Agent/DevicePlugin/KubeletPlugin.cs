using Nos.Scheduling.Agent.DevicePlugin.Serving;

namespace Nos.Scheduling.Agent.DevicePlugin;

/// <summary>The device plugin as a whole: its sockets, the server behind them, and the registration of all that is offered.</summary>
internal sealed class KubeletPlugin : IDisposable
{
    private readonly PluginSockets sockets;
    private readonly KubeletRegistrar registrar;
    private readonly PluginCalls calls;
    private readonly ILoggerFactory loggers;

    /// <summary>Puts it together; nothing is opened before <see cref="RunAsync"/>.</summary>
    /// <param name="kubeletDirectory">kubelet's directory.</param>
    /// <param name="offers">What there is.</param>
    /// <param name="calls">What kubelet's calls do.</param>
    /// <param name="time">The clock.</param>
    /// <param name="loggers">Where to log.</param>
    public KubeletPlugin(string kubeletDirectory, SliceOffers offers, PluginCalls calls, TimeProvider time, ILoggerFactory loggers)
    {
        var folder = Path.Combine(kubeletDirectory, "device-plugins");
        (this.calls, this.loggers) = (calls, loggers);
        sockets = new PluginSockets(folder, loggers.CreateLogger<PluginSockets>());
        registrar = new KubeletRegistrar(folder, sockets, offers, time, loggers.CreateLogger<KubeletRegistrar>());
    }

    /// <summary>Where kubelet's pod resources API is.</summary>
    /// <param name="kubeletDirectory">kubelet's directory.</param>
    public static string PodResourcesSocketIn(string kubeletDirectory) => Path.Combine(kubeletDirectory, "pod-resources", "kubelet.sock");

    /// <summary>Serves and registers until cancelled. kubelet then sees its calls end, and the slices as unhealthy; containers keep what they have.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        await using var server = PluginServer.Build(sockets, calls, loggers);
        await server.StartAsync(cancellation);
        await registrar.RunAsync(cancellation);
        await server.StopAsync(CancellationToken.None);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        registrar.Dispose();
        sockets.Dispose();
    }
}
