using Nos.Scheduling.Cli.Crds;

namespace Nos.Scheduling.Tests.Cli.Crds;

public sealed class KubernetesVersionTests
{
    [Theory]
    [InlineData("1.30", "1.30")]
    [InlineData("v1.30.2", "1.30")]
    [InlineData("1.30+", "1.30")]
    [InlineData("v1.30.2-gke.1587003", "1.30")]
    public void A_version_is_read_as_servers_write_it(string text, string expected)
    {
        Assert.True(KubernetesVersion.TryParse(text, out var version));
        Assert.Equal(expected, version.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("1.x")]
    [InlineData("1.30 ")]
    [InlineData("latest")]
    public void Anything_else_is_none(string text) => Assert.False(KubernetesVersion.TryParse(text, out _));

    [Fact]
    public void Minor_versions_are_numbers_not_texts()
    {
        Assert.True(new KubernetesVersion(1, 100) >= new KubernetesVersion(1, 29));
        Assert.True(new KubernetesVersion(2, 0) >= new KubernetesVersion(1, 29));
        Assert.True(new KubernetesVersion(1, 9) <= new KubernetesVersion(1, 20));
    }
}
