using System.Net;
using Microsoft.AspNetCore.Connections;

namespace Nos.Scheduling.Agent.DevicePlugin.Serving;

/// <summary>Lets Kestrel serve sockets that open and close while it runs; its own endpoints are fixed at its start.</summary>
/// <param name="sockets">The sockets.</param>
internal sealed class PluginListenerFactory(PluginSockets sockets) : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    /// <inheritdoc/>
    public bool CanBind(EndPoint endpoint) => endpoint is PluginEndPoint;

    /// <inheritdoc/>
    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult<IConnectionListener>(new PluginListener(endpoint, sockets.Connections));
}
