using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Nos.Scheduling.ClusterTests.Harness;

/// <summary>
/// A bad network between two processes on loopback. It keeps its port over every change, so that a client meets the same address
/// refusing, silent, slow or lying.
/// </summary>
public sealed class TcpProxy : IDisposable
{
    private readonly ConcurrentDictionary<Connection, byte> _open = [];
    private readonly Lock _gate = new();
    private TcpListener? _listener;
    private volatile int _target;
    private volatile int _delayMilliseconds;
    private volatile bool _silent;
    private volatile bool _corrupt;

    /// <param name="target">The loopback port that connections are passed to.</param>
    public TcpProxy(int target)
    {
        _target = target;
        Port = FreePorts.Next();
        Accept();
    }

    /// <summary>Where clients connect, on 127.0.0.1.</summary>
    public int Port { get; }

    /// <summary>Connections that are open now.</summary>
    public int OpenConnections => _open.Count;

    /// <summary>New connections go there; open ones stay where they are.</summary>
    public void Retarget(int target) => _target = target;

    /// <summary>Breaks every open connection (a reset, not a polite end). New ones are let through.</summary>
    public void Cut()
    {
        foreach (var connection in _open.Keys)
        {
            connection.Reset();
        }
    }

    /// <summary>Cuts, and refuses new connections until <see cref="Accept"/>.</summary>
    public void Refuse()
    {
        lock (_gate)
        {
            _listener?.Dispose();
            _listener = null;
        }

        Cut();
    }

    /// <summary>Takes connections again.</summary>
    public void Accept()
    {
        lock (_gate)
        {
            if (_listener is null)
            {
                _listener = new TcpListener(IPAddress.Loopback, Port);
                _listener.Start();
                _ = AcceptLoop(_listener);
            }
        }
    }

    /// <summary>Every piece waits this long before it is passed on, both ways; zero ends it.</summary>
    public void Delay(TimeSpan delay) => _delayMilliseconds = (int)delay.TotalMilliseconds;

    /// <summary>Takes connections and bytes and passes nothing on, until told otherwise; what was swallowed is lost.</summary>
    public void Silence(bool silent = true) => _silent = silent;

    /// <summary>Flips the bits of the first byte of each piece on its way back to the client.</summary>
    public void Corrupt(bool corrupt = true) => _corrupt = corrupt;

    public void Dispose() => Refuse();

    private async Task AcceptLoop(TcpListener listener)
    {
        try
        {
            while (true)
            {
                var client = await listener.AcceptSocketAsync();
                _ = Serve(client);
            }
        }
        catch (Exception stopped) when (stopped is SocketException or ObjectDisposedException)
        {
            // Refuse() closed it.
        }
    }

    private async Task Serve(Socket client)
    {
        using var connection = new Connection(client, new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
        _open[connection] = 0;
        try
        {
            await connection.Server.ConnectAsync(IPAddress.Loopback, _target);
            await Task.WhenAll(Pump(client, connection.Server, towardsClient: false), Pump(connection.Server, client, towardsClient: true));
        }
        catch (Exception broken) when (broken is SocketException or ObjectDisposedException)
        {
            // One side is gone or was cut: so is the other.
            connection.Reset();
        }
        finally
        {
            _open.TryRemove(connection, out _);
        }
    }

    private async Task Pump(Socket from, Socket to, bool towardsClient)
    {
        try
        {
            var buffer = new byte[64 * 1024];
            int count;
            while ((count = await from.ReceiveAsync(buffer)) > 0)
            {
                if (_delayMilliseconds > 0)
                {
                    await Task.Delay(_delayMilliseconds);
                }

                if (_corrupt && towardsClient)
                {
                    buffer[0] ^= 0xFF;
                }

                for (var sent = 0; !_silent && sent < count;)
                {
                    sent += await to.SendAsync(buffer.AsMemory(sent, count - sent));
                }
            }

            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception broken) when (broken is SocketException or ObjectDisposedException)
        {
            // Wake the other direction, which would wait for ever on a half-broken pair.
            from.Dispose();
            to.Dispose();
            throw;
        }
    }

    private sealed record Connection(Socket Client, Socket Server) : IDisposable
    {
        /// <summary>Closing with a zero linger time sends RST instead of FIN.</summary>
        public void Reset()
        {
            foreach (var socket in new[] { Client, Server })
            {
                try
                {
                    socket.LingerState = new LingerOption(true, 0);
                }
                catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
                {
                    // Closed already.
                }

                socket.Dispose();
            }
        }

        public void Dispose()
        {
            Client.Dispose();
            Server.Dispose();
        }
    }
}
