using Nos.Scheduling.Cluster.Quotas;

namespace Nos.Scheduling.Tests.Cluster.Quotas;

public sealed class QuotaReadingTests
{
    [Fact]
    public void Reads_cpu_in_thousandths_and_all_else_in_whole_units()
    {
        var quota = QuotaReading.Of(Quotas.OfOne("team/q", "cpu=1500m memory=1Gi nos.nebuly.com/gpu-memory=40", "cpu=4"));

        Assert.Equal("cpu 1500, memory 1073741824, nos.nebuly.com/gpu-memory 40", quota.Min.ToString());
        Assert.Equal("cpu 4000", quota.Max.ToString());
        Assert.Equal("team", Assert.Single(quota.Namespaces));
    }

    [Theory]
    [InlineData("cpu=-1", "cpu 0")]
    [InlineData("memory=1e30", "memory 9223372036854775807")]
    [InlineData("memory=-1e30", "memory 0")]
    [InlineData("cpu=much memory=1", "memory 1")]
    [InlineData("example.com/unknown=3", "example.com/unknown 3")]
    [InlineData("nvidia.com/gpu=0.5", "nvidia.com/gpu 1")]
    public void One_bad_amount_stops_no_other(string written, string read) => Assert.Equal(read, QuotaReading.Of(Quotas.OfOne("team/q", written)).Min.ToString());

    [Fact]
    public void A_composite_counts_each_of_its_namespaces_once_and_its_own_only_where_it_is_named() =>
        Assert.Equal(["a", "b"], QuotaReading.Of(Quotas.OfSeveral("home/c", "a b a")).Namespaces.ToArray());
}
