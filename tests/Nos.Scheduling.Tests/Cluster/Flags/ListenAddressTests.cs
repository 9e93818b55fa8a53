using Nos.Scheduling.Cluster.Flags;

namespace Nos.Scheduling.Tests.Cluster.Flags;

public sealed class ListenAddressTests
{
    [Theory]
    [InlineData("127.0.0.1:8080", "https://127.0.0.1:8080", true)]
    [InlineData("http://127.0.0.1:8080", "http://127.0.0.1:8080", true)]
    [InlineData("https://0.0.0.0:8444", "https://0.0.0.0:8444", false)]
    [InlineData("localhost:0", "https://127.0.0.1:0", true)]
    [InlineData("127.8.9.1:65535", "https://127.8.9.1:65535", true)]
    [InlineData("http://[::1]:80", "http://[::1]:80", true)]
    [InlineData("[::]:80", "https://[::]:80", false)]
    [InlineData("10.1.2.3:80", "https://10.1.2.3:80", false)]
    public void Reads_scheme_host_and_port(string text, string expected, bool isLoopback)
    {
        var address = ListenAddress.Parse(text, https: true);

        Assert.Equal(expected, address?.ToString());
        Assert.Equal(isLoopback, address?.IsLoopback);
    }

    [Theory]
    [InlineData("")]
    [InlineData("8080")]
    [InlineData(":8080")]
    [InlineData("127.0.0.1")]
    [InlineData("127.0.0.1:")]
    [InlineData("127.0.0.1:65536")]
    [InlineData("127.0.0.1:-1")]
    [InlineData("127.0.0.1: 80")]
    [InlineData("127.0.0.1:80/")]
    [InlineData("127.0.0.1:http")]
    [InlineData("ftp://127.0.0.1:80")]
    [InlineData("HTTP://127.0.0.1:80")]
    [InlineData("://127.0.0.1:80")]
    [InlineData("127.1:80")]
    [InlineData("1:80")]
    [InlineData("256.0.0.1:80")]
    [InlineData("::1:80")]
    [InlineData("[127.0.0.1]:80")]
    [InlineData("[::1:80")]
    [InlineData("*:80")]
    [InlineData("example.org:80")]
    public void Refuses_what_cannot_be_opened(string text) => Assert.Null(ListenAddress.Parse(text, https: false));

    [Theory]
    [InlineData("127.0.0.1:80", "127.0.0.1:80", true)]
    [InlineData("127.0.0.1:80", "0.0.0.0:80", true)]
    [InlineData("[::]:80", "10.0.0.1:80", true)]
    [InlineData("127.0.0.1:80", "127.0.0.2:80", false)]
    [InlineData("127.0.0.1:80", "127.0.0.1:81", false)]
    [InlineData("0.0.0.0:0", "0.0.0.0:0", false)]
    public void Knows_which_two_cannot_be_open_at_once(string one, string other, bool collide)
    {
        var (left, right) = (ListenAddress.Parse(one, https: false)!, ListenAddress.Parse(other, https: true)!);

        Assert.Equal(collide, left.CollidesWith(right));
        Assert.Equal(collide, right.CollidesWith(left));
    }
}
