using System.Net;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;

namespace Nos.Scheduling.Agent.DevicePlugin.Serving;

/// <summary>Hands Kestrel the connections of all sockets, as they come.</summary>
/// <param name="endpoint">What it listens on.</param>
/// <param name="connections">The connections.</param>
internal sealed class PluginListener(EndPoint endpoint, ChannelReader<ConnectionContext> connections) : IConnectionListener
{
    private readonly CancellationTokenSource unbound = new();

    /// <inheritdoc/>
    public EndPoint EndPoint { get; } = endpoint;

    /// <inheritdoc/>
    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, unbound.Token);
        try
        {
            return await connections.ReadAsync(either.Token);
        }
        catch (Exception closed) when (closed is ChannelClosedException || unbound.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public async ValueTask UnbindAsync(CancellationToken cancellationToken = default) => await unbound.CancelAsync();

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        unbound.Dispose();
        return ValueTask.CompletedTask;
    }
}
