using System.Net;
using System.Net.Sockets;

namespace Nos.Scheduling.ClusterTests.Harness.SelfTests;

/// <summary>Answers every letter with the one that it maps to.</summary>
internal sealed class EchoServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Func<char, char> _map;

    public EchoServer(Func<char, char> map)
    {
        _map = map;
        _listener.Start();
        _ = Accept();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public void Dispose() => _listener.Dispose();

    private async Task Accept()
    {
        try
        {
            while (true)
            {
                _ = Serve(await _listener.AcceptTcpClientAsync());
            }
        }
        catch (Exception stopped) when (stopped is SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    private async Task Serve(TcpClient client)
    {
        using (client)
        {
            try
            {
                var buffer = new byte[1024];
                int count;
                while ((count = await client.GetStream().ReadAsync(buffer)) > 0)
                {
                    await client.GetStream().WriteAsync(buffer[..count].Select(letter => (byte)_map((char)letter)).ToArray());
                }
            }
            catch (IOException)
            {
                // The proxy cut it.
            }
        }
    }
}
