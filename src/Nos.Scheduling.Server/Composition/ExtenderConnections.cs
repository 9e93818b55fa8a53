using System.Collections.Concurrent;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace Nos.Scheduling.Server.Composition;

/// <summary>
/// The open connections of the extender port. A scheduler keeps them for its next calls: once this server leads no more they must go, or each costs a
/// pod one more vain attempt.
/// </summary>
internal sealed class ExtenderConnections
{
    private readonly ConcurrentDictionary<ConnectionContext, byte> open = new();

    /// <summary>Serves a connection, and knows of it meanwhile.</summary>
    internal async Task TrackAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        open.TryAdd(connection, 0);
        try
        {
            await next(connection);
        }
        finally
        {
            open.TryRemove(connection, out _);
        }
    }

    /// <summary>Closes idle ones at once, and others when their request is answered.</summary>
    internal void Close()
    {
        foreach (var connection in open.Keys)
        {
            connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();
        }
    }
}
