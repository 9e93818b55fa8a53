using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Nos.Scheduling.ClusterTests.Harness.SelfTests;

public sealed class TcpProxyTests : IDisposable
{
    private readonly EchoServer _upper = new(letter => char.ToUpperInvariant(letter));
    private readonly EchoServer _plain = new(letter => letter);
    private readonly TcpProxy _proxy;

    public TcpProxyTests() => _proxy = new TcpProxy(_upper.Port);

    public void Dispose()
    {
        _proxy.Dispose();
        _upper.Dispose();
        _plain.Dispose();
    }

    [Fact]
    public async Task Passes_bytes_both_ways_and_new_connections_to_a_new_target()
    {
        using var old = await Connect();
        Assert.Equal("ABC", await Ask(old, "abc"));

        _proxy.Retarget(_plain.Port);
        using var @new = await Connect();

        Assert.Equal("abc", await Ask(@new, "abc"));
        Assert.Equal("DEF", await Ask(old, "def"));
    }

    [Fact]
    public async Task A_cut_breaks_what_is_open_and_lets_new_connections_through()
    {
        using var client = await Connect();
        await Ask(client, "abc");

        _proxy.Cut();

        await Assert.ThrowsAsync<IOException>(() => Ask(client, "abc"));
        using var again = await Connect();
        Assert.Equal("ABC", await Ask(again, "abc"));
    }

    [Fact]
    public async Task Refuses_and_accepts_again_on_the_same_port()
    {
        using var client = await Connect();
        await Ask(client, "abc");

        _proxy.Refuse();
        await Assert.ThrowsAsync<SocketException>(Connect);
        _proxy.Accept();

        using var again = await Connect();
        Assert.Equal("ABC", await Ask(again, "abc"));
    }

    [Fact]
    public async Task A_delay_holds_every_piece_back()
    {
        using var client = await Connect();
        _proxy.Delay(TimeSpan.FromMilliseconds(100));
        var clock = Stopwatch.StartNew();

        Assert.Equal("ABC", await Ask(client, "abc"));

        Assert.True(clock.ElapsedMilliseconds >= 190, $"there and back took {clock.ElapsedMilliseconds} ms");
    }

    [Fact]
    public async Task Corruption_reaches_the_client_and_not_the_server()
    {
        using var client = await Connect();
        _proxy.Corrupt();

        var answer = await Ask(client, "abc");

        Assert.NotEqual('A', answer[0]);
        Assert.Equal("BC", answer[1..]);
    }

    [Fact]
    public async Task Silence_swallows_until_it_ends()
    {
        using var client = await Connect();
        _proxy.Silence();
        using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Ask(client, "abc", patience.Token));
        _proxy.Silence(false);

        Assert.Equal("DEF", await Ask(client, "def"));
    }

    [Fact]
    public async Task A_target_that_is_not_there_ends_the_connection()
    {
        _proxy.Retarget(FreePorts.Next());

        // The reset can come while the client still connects, or later.
        var broken = await Record.ExceptionAsync(async () =>
        {
            using var client = await Connect();
            await Ask(client, "abc");
        });

        Assert.True(broken is IOException or SocketException, $"{broken}");
    }

    private async Task<TcpClient> Connect()
    {
        var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, _proxy.Port);
        return client;
    }

    /// <summary>Sends and reads as many letters back.</summary>
    private static async Task<string> Ask(TcpClient client, string text, CancellationToken patience = default)
    {
        var stream = client.GetStream();
        await stream.WriteAsync(text.Select(letter => (byte)letter).ToArray(), patience);
        var answer = new byte[text.Length];
        await stream.ReadExactlyAsync(answer, patience);
        return string.Concat(answer.Select(octet => (char)octet));
    }
}
