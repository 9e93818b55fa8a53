using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Cluster.Quotas;
using Nos.Scheduling.Quotas;
using Nos.Scheduling.Tests.Quotas;

namespace Nos.Scheduling.Tests.Cluster.Quotas;

public sealed class QuotaStatusesTests
{
    private static readonly Condition Ready = new() { Type = "Ready", Status = "True" };

    [Fact]
    public void Counts_what_runs_and_what_is_bound_of_all_that_the_quota_names()
    {
        var quota = QuotaReading.Of(Quotas.OfOne("a/quota", "cpu=1 memory=1Gi", "pods=10 memory=4Gi"));

        var status = Of(quota, Pod("cpu 500, memory 1073741824, pods 1, nvidia.com/gpu 3", isRunning: true), Pod("cpu 1000, memory 1073741824, pods 1", isRunning: false));

        Assert.Equal("cpu=500m memory=1Gi pods=1", Written(status.Used));
        Assert.Equal("cpu=1500m memory=2Gi pods=2", Written(status.Assigned));
        Assert.Equal("cpu=500m memory=1Gi", Written(status.Borrowed));
    }

    [Fact]
    public void Lists_what_there_is_nothing_of_but_borrows_nothing_then()
    {
        var status = Of(QuotaReading.Of(Quotas.OfOne("a/quota", "cpu=1", "memory=4Gi")));

        Assert.Equal(("cpu=0 memory=0", "cpu=0 memory=0", ""), (Written(status.Used), Written(status.Assigned), Written(status.Borrowed)));
    }

    [Fact]
    public void What_min_does_not_name_is_not_borrowed_and_what_is_no_quantity_not_counted()
    {
        var status = Of(QuotaReading.Of(Quotas.OfOne("a/quota", "memory=much", "cpu=1")), Pod("cpu 5000, memory 5", isRunning: true));

        Assert.Equal(("cpu=5", ""), (Written(status.Assigned), Written(status.Borrowed)));
    }

    [Fact]
    public void Sums_beyond_64_bits_stop_at_the_end()
    {
        var huge = Pod($"memory {long.MaxValue}", isRunning: true);

        Assert.Equal($"memory={long.MaxValue}", Written(Of(QuotaReading.Of(Quotas.OfOne("a/quota", "memory=1")), huge, huge).Used));
    }

    [Fact]
    public void Conditions_of_others_stay()
    {
        var (other, old) = (new Condition { Type = "Approved", Status = "Unknown" }, new Condition { Type = "Ready", Status = "False" });

        Assert.Equal([other, Ready], QuotaStatuses.Of(QuotaReading.Of(Quotas.OfOne("a/quota")), [], Ready, [old, other]).Conditions);
    }

    private static ElasticQuotaStatus Of(Quota quota, params CountedPod[] pods) => QuotaStatuses.Of(quota, pods, Ready, []);

    private static CountedPod Pod(string request, bool isRunning) =>
        new(new QuotaPod("uid", "a", "pod", DateTimeOffset.UnixEpoch, 0, Ledgers.Amounts(request)), isRunning, null);

    private static string Written(Dictionary<string, Quantity> amounts) =>
        string.Join(' ', amounts.OrderBy(amount => amount.Key, StringComparer.Ordinal).Select(amount => $"{amount.Key}={amount.Value}"));
}
