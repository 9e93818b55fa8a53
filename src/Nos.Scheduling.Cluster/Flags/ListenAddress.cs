using System.Globalization;
using System.Net;

namespace Nos.Scheduling.Cluster.Flags;

/// <summary>Where a port is opened: <c>https://0.0.0.0:8444</c>.</summary>
/// <param name="IsHttps">Whether the port speaks TLS.</param>
/// <param name="Address">The address to open it on; <c>localhost</c> is read as 127.0.0.1.</param>
/// <param name="Port">0 lets the system choose.</param>
public sealed record ListenAddress(bool IsHttps, IPAddress Address, int Port)
{
    /// <summary>Whether only processes of this machine can reach it.</summary>
    public bool IsLoopback => IPAddress.IsLoopback(Address);

    /// <summary>Whether it is opened on every address of the machine.</summary>
    public bool IsEverywhere => Address.Equals(IPAddress.Any) || Address.Equals(IPAddress.IPv6Any);

    /// <summary>The socket to open.</summary>
    public IPEndPoint Endpoint => new(Address, Port);

    /// <summary>Whether the two cannot be open at once. Ports that the system chooses never collide.</summary>
    public bool CollidesWith(ListenAddress other) =>
        Port != 0 && Port == other.Port && (IsEverywhere || other.IsEverywhere || Address.Equals(other.Address));

    /// <summary>Reads <c>[scheme://]host:port</c>; the host is an IP address, IPv6 in brackets, or <c>localhost</c>.</summary>
    /// <param name="text">The text.</param>
    /// <param name="https">The scheme where the text names none.</param>
    /// <returns><see langword="null"/> where the text is no such address.</returns>
    public static ListenAddress? Parse(string text, bool https)
    {
        var scheme = text.IndexOf("://", StringComparison.Ordinal);
        var rest = scheme < 0 ? text : text[(scheme + 3)..];
        var colon = rest.LastIndexOf(':');
        if ((scheme >= 0 && text[..scheme] is not ("http" or "https"))
            || colon < 1
            || !int.TryParse(rest.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            || port > IPEndPoint.MaxPort
            || FindAddress(rest[..colon]) is not { } address)
        {
            return null;
        }

        return new ListenAddress(scheme < 0 ? https : scheme == "https".Length, address, port);
    }

    /// <inheritdoc/>
    public override string ToString() => $"{(IsHttps ? "https" : "http")}://{Endpoint}";

    /// <summary>The short forms of IPv4 addresses (<c>127.1</c>, <c>1</c>) are refused: hardly anybody means them.</summary>
    private static IPAddress? FindAddress(string host) => host switch
    {
        "localhost" => IPAddress.Loopback,
        ['[', .. var inner, ']'] when inner.Contains(':', StringComparison.Ordinal) && IPAddress.TryParse(inner, out var address) => address,
        _ when IPAddress.TryParse(host, out var address) && address.ToString() == host && !host.Contains(':', StringComparison.Ordinal) => address,
        _ => null,
    };
}
