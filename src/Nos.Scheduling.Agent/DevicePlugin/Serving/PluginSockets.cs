using System.Net.Sockets;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Nos.Scheduling.Agent.DevicePlugin.Serving;

/// <summary>One Unix socket a resource, in kubelet's folder for them. Opened anew as often as somebody removes them, which each start of kubelet does.</summary>
internal sealed class PluginSockets : IDisposable
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, Socket> open = new(StringComparer.Ordinal);
    private readonly Channel<ConnectionContext> connections = Channel.CreateUnbounded<ConnectionContext>();
    private readonly SocketConnectionContextFactory contexts;
    private readonly string folder;

    /// <summary>Opens nothing yet.</summary>
    /// <param name="folder">kubelet's folder for device plugins.</param>
    /// <param name="logger">Told of connections, at the finest level.</param>
    public PluginSockets(string folder, ILogger<PluginSockets> logger)
    {
        this.folder = folder;
        contexts = new SocketConnectionContextFactory(new SocketConnectionFactoryOptions(), logger);
    }

    /// <summary>The connections that came in, each with its <see cref="ServedResource"/> among its features.</summary>
    public ChannelReader<ConnectionContext> Connections => connections.Reader;

    /// <summary>The name of a resource's socket within the folder: what kubelet is told to dial.</summary>
    public static string FileNameOf(string resource) => $"nos-{resource.Replace('/', '_')}.sock";

    /// <summary>Whether the resource's socket is open and its file is where kubelet looks for it.</summary>
    public bool IsThere(string resource)
    {
        lock (gate)
        {
            return open.ContainsKey(resource) && File.Exists(PathOf(resource));
        }
    }

    /// <summary>Opens the resource's socket; whatever file of its name is left over, of ours or of an earlier process, makes way.</summary>
    /// <exception cref="SocketException">It cannot be opened; <see cref="IOException"/> and <see cref="UnauthorizedAccessException"/> likewise.</exception>
    public void Open(string resource)
    {
        lock (gate)
        {
            // In this order: a socket that is closed deletes the file of its name, whosever that is by now.
            if (open.Remove(resource, out var earlier))
            {
                earlier.Dispose();
            }

            File.Delete(PathOf(resource));
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                socket.Bind(new UnixDomainSocketEndPoint(PathOf(resource)));
                if (!OperatingSystem.IsWindows())
                {
                    // kubelet is root; nobody else has a reason to ask for slices.
                    File.SetUnixFileMode(PathOf(resource), UnixFileMode.UserRead | UnixFileMode.UserWrite);
                }

                socket.Listen();
            }
            catch
            {
                socket.Dispose();
                throw;
            }

            open[resource] = socket;
            _ = AcceptAsync(socket, new ServedResource(resource));
        }
    }

    /// <summary>Closes the resource's socket, where it is open; connections that are open stay.</summary>
    public void Close(string resource)
    {
        lock (gate)
        {
            if (open.Remove(resource, out var socket))
            {
                socket.Dispose();
            }
        }
    }

    /// <summary>Closes all sockets; connections that are open stay.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            foreach (var socket in open.Values)
            {
                socket.Dispose();
            }

            open.Clear();
        }

        connections.Writer.TryComplete();
        contexts.Dispose();
    }

    private string PathOf(string resource) => Path.Combine(folder, FileNameOf(resource));

    private async Task AcceptAsync(Socket socket, ServedResource resource)
    {
        try
        {
            while (true)
            {
                var connection = contexts.Create(await socket.AcceptAsync());
                connection.Features.Set(resource);
                if (!connections.Writer.TryWrite(connection))
                {
                    await connection.DisposeAsync();
                }
            }
        }
        catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
        {
            // Closed, to be opened anew or for good.
        }
    }
}
