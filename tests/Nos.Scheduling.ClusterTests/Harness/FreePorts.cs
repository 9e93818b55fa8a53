using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Nos.Scheduling.ClusterTests.Harness;

/// <summary>Loopback ports that nobody listens on.</summary>
public static class FreePorts
{
    // Below the kernel's ephemeral range (32768..60999): a port from there can be taken as the source port of any outgoing
    // connection while the server that owns it is stopped, and a client that dials it then can even connect to itself.
    private const int First = 20_000;
    private const int AfterLast = 32_000;

    /// <summary>What was handed out is not handed out again, though its server may not listen yet, or not at the moment.</summary>
    private static readonly ConcurrentDictionary<int, byte> _handedOut = new();

    /// <summary>A port that was free a moment ago; drawn at random so that test runs side by side seldom meet.</summary>
    /// <exception cref="InvalidOperationException">None of many tries was free.</exception>
    public static int Next()
    {
        for (var attempt = 0; attempt < 200; attempt++)
        {
            var port = Random.Shared.Next(First, AfterLast);
            using var listener = new TcpListener(IPAddress.Loopback, port);
            try
            {
                listener.Start();
                if (_handedOut.TryAdd(port, 0))
                {
                    return port;
                }
            }
            catch (SocketException)
            {
                // In use; draw again.
            }
        }

        throw new InvalidOperationException($"Found no free loopback port between {First} and {AfterLast}.");
    }
}
