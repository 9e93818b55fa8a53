using Microsoft.Extensions.Logging.Abstractions;
using Nos.Scheduling.Cluster.Observing;
using Nos.Scheduling.Tests.Cluster.Quotas;

namespace Nos.Scheduling.Tests.Cluster.Observing;

public sealed class QuotaSeriesTests : IDisposable
{
    private readonly MetricRegistry metrics = new(NullLogger<MetricRegistry>.Instance);
    private readonly QuotaCluster cluster = new();

    public QuotaSeriesTests() => metrics.CollectQuotas(() => cluster.Views);

    public void Dispose() => metrics.Dispose();

    [Fact]
    public void Tells_each_quota_and_resource_in_units_that_everybody_expects()
    {
        cluster.Add(Quotas.Quotas.OfOne("a/q", "cpu=500m memory=1Gi", "nos.nebuly.com/gpu-memory=20"));
        cluster.AddPod("a/runs", 10, more: ("cpu", 1));
        cluster.AddPod("a/starts", 5, phase: "Pending");

        Assert.Equal(
            [
                """nos_quota_assigned{quota_namespace="a",quota="q",resource="cpu"} 1""",
                """nos_quota_assigned{quota_namespace="a",quota="q",resource="memory"} 0""",
                """nos_quota_assigned{quota_namespace="a",quota="q",resource="nos.nebuly.com/gpu-memory"} 15""",
                """nos_quota_borrowed{quota_namespace="a",quota="q",resource="cpu"} 0.5""",
                """nos_quota_borrowed{quota_namespace="a",quota="q",resource="memory"} 0""",
                """nos_quota_max{quota_namespace="a",quota="q",resource="nos.nebuly.com/gpu-memory"} 20""",
                """nos_quota_min{quota_namespace="a",quota="q",resource="cpu"} 0.5""",
                """nos_quota_min{quota_namespace="a",quota="q",resource="memory"} 1073741824""",
                """nos_quota_used{quota_namespace="a",quota="q",resource="cpu"} 1""",
                """nos_quota_used{quota_namespace="a",quota="q",resource="memory"} 0""",
                """nos_quota_used{quota_namespace="a",quota="q",resource="nos.nebuly.com/gpu-memory"} 10""",
            ],
            Series());
    }

    [Fact]
    public void Series_of_a_quota_that_is_gone_or_rules_nobody_disappear()
    {
        cluster.Add(Quotas.Quotas.OfOne("a/q", "cpu=1"), Quotas.Quotas.OfOne("b/q", "cpu=2"));
        Assert.Equal(["a", "b"], Namespaces("nos_quota_min"));

        cluster.Remove(Quotas.Quotas.OfOne("a/q"));
        Assert.Equal(["b"], Namespaces("nos_quota_min"));

        cluster.Add(Quotas.Quotas.OfSeveral("home/c", "b", "cpu=3"));
        Assert.Equal(["home"], Namespaces("nos_quota_min"));
    }

    [Fact]
    public void Of_two_quotas_that_are_called_the_same_the_composite_is_told()
    {
        cluster.Add(Quotas.Quotas.OfOne("a/q", "cpu=1 memory=1"));
        cluster.Add(Quotas.Quotas.OfSeveral("a/q", "b", "cpu=2"));

        Assert.Equal("""nos_quota_min{quota_namespace="a",quota="q",resource="cpu"} 2""", Assert.Single(Series(), line => line.StartsWith("nos_quota_min", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_units_are_said() => Assert.All(
        Exposition.Read(metrics).Helps.Where(help => help.Key.StartsWith("nos_quota_", StringComparison.Ordinal)),
        help => Assert.EndsWith("; cpu in cores, memory in bytes, nos.nebuly.com/gpu-memory in GB, all else in pieces", help.Value, StringComparison.Ordinal));

    private IEnumerable<string> Namespaces(string metric) => Exposition.Read(metrics).Label(metric, "quota_namespace").Distinct();

    private IEnumerable<string> Series()
    {
        Exposition.Read(metrics);
        return Exposition.Text(metrics).Split('\n').Where(line => line.StartsWith("nos_quota_", StringComparison.Ordinal));
    }
}
