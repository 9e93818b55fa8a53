using Nos.Scheduling.Cluster.Flags;

namespace Nos.Scheduling.Tests.Cluster.Flags;

public sealed class ClosestNameTests
{
    private static readonly string[] Names = ["bind-wait", "listen", "listen-extender", "listen-admission", "policy"];

    [Theory]
    [InlineData("bindwait", "bind-wait")]
    [InlineData("bind_wait", "bind-wait")]
    [InlineData("bindWait", "bind-wait")]
    [InlineData("polcy", "policy")]
    [InlineData("listne", "listen")]
    [InlineData("listen-ext", "listen-extender")]
    [InlineData("listen-", "listen")]
    [InlineData("xyz", null)]
    [InlineData("", null)]
    [InlineData("a", null)]
    public void Guesses_only_what_is_close(string text, string? expected) => Assert.Equal(expected, ClosestName.Find(text, Names));

    [Fact]
    public void Knows_no_name_among_none() => Assert.Null(ClosestName.Find("bind-wait", []));
}
