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
    /// <summary>A call that is in a socket already, as when this process was stopped for a while, is to be answered, not cut off.</summary>
    private static readonly TimeSpan Courtesy = TimeSpan.FromSeconds(1);

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

    /// <summary>Closes those that are idle by then, and others when their request is answered.</summary>
    /// <param name="time">The clock.</param>
    internal async Task CloseSoonAsync(TimeProvider time)
    {
        await Task.Delay(Courtesy, time);
        foreach (var connection in open.Keys)
        {
            connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();
        }
    }
}
