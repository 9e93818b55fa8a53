using System.Net;
using System.Net.Sockets;
using Nos.Scheduling.Cluster.Api;

namespace Nos.Scheduling.Cluster.Connecting;

/// <summary>How to reach one API server, as whom. Makes the clients that do it.</summary>
/// <remarks>
/// A connection that is dead without having been closed is noticed in two ways: HTTP/2 pings every 15 s that must be answered within 10 s, and TCP's
/// keep-alive (15 s, then three tries 5 s apart) for servers and proxies that speak only HTTP/1.1. Connections are made anew after ten minutes, so
/// that
/// a server behind a changed address or a load balancer is found.
/// </remarks>
public sealed class KubeConnection : IDisposable
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan PingDelay = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan PingTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    private readonly ConnectionSettings settings;
    private readonly BearerTokens tokens;

    internal KubeConnection(ConnectionSettings settings, TimeProvider time)
    {
        this.settings = settings;
        if (settings.Certificate is { TargetCertificate: var own } && new DateTimeOffset(own.NotAfter) < time.GetUtcNow())
        {
            throw new KubeConfigException(
                $"{settings.Source}: the client certificate of '{Certificates.CommonNameOf(own)}' expired at {own.NotAfter.ToUniversalTime():yyyy-MM-dd HH:mm}Z; issue a new one");
        }

        tokens = new BearerTokens(settings, time);
        Identity = settings.ActsAs
            ?? (settings.Certificate is { } certificate ? Certificates.CommonNameOf(certificate.TargetCertificate) : null)
            ?? BearerTokens.SubjectOf(tokens.Current())
            ?? settings.Basic?.Name;
    }

    /// <summary>The server's address, with a slash at the end.</summary>
    public Uri Server => settings.Server;

    /// <summary>
    /// Who this is to the server: the CN of the client certificate, else the <c>sub</c> of a JWT token, else the user's name; <see
    /// langword="null"/> where only the
    /// server knows.
    /// </summary>
    public string? Identity { get; }

    /// <summary>The namespace that is meant where none is said; <see langword="null"/> where nothing says.</summary>
    public string? Namespace => settings.Namespace;

    /// <summary>Where all this is written, for messages.</summary>
    public string Source => settings.Source;

    /// <summary>A client with connections of its own. Dispose it before this.</summary>
    /// <param name="fence">What lets its writes out; <see langword="null"/> where all may go.</param>
    public KubeClient CreateClient(WriteFence? fence = null) => new(CreateHttpClient(), fence);

    /// <summary>As <see cref="CreateClient"/>, below the API: without any time-out of its own.</summary>
    public HttpClient CreateHttpClient() => new(new AuthenticatingHandler(settings, tokens, CreateHandler()))
    {
        BaseAddress = settings.Server,
        Timeout = Timeout.InfiniteTimeSpan,
        DefaultRequestVersion = HttpVersion.Version20,
        DefaultVersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
    };

    /// <inheritdoc/>
    public void Dispose()
    {
        settings.Certificate?.TargetCertificate.Dispose();
        foreach (var authority in settings.Authorities ?? [])
        {
            authority.Dispose();
        }
    }

    private SocketsHttpHandler CreateHandler()
    {
        var handler = new SocketsHttpHandler
        {
            SslOptions = ServerTrust.Options(settings),
            AllowAutoRedirect = false,
            UseCookies = false,
            EnableMultipleHttp2Connections = true,
            PooledConnectionLifetime = Lifetime,
            KeepAlivePingDelay = PingDelay,
            KeepAlivePingTimeout = PingTimeout,
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.Always,
            ConnectTimeout = ConnectTimeout,
            ConnectCallback = ConnectAsync,
        };
        if (settings.Proxy is { } proxy)
        {
            handler.Proxy = new WebProxy(proxy);
        }

        return handler;
    }

    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, (int)PingDelay.TotalSeconds);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 5);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 3);
            await socket.ConnectAsync(context.DnsEndPoint, cancellation).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
