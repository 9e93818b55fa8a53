using Nos.Scheduling.Cluster.Quotas;
using Nos.Scheduling.Quotas;
using Nos.Scheduling.Server.Controllers;
using Nos.Scheduling.Tests.Quotas;

namespace Nos.Scheduling.Tests.Server.Controllers;

public sealed class CapacityPlanTests
{
    private static readonly Quota Two = Ledgers.Of("a", "gpu 2");

    [Fact]
    public void Labels_every_pod_over_all_namespaces_of_the_quota() =>
        Assert.Equal(["a/first=in-quota", "b/second=in-quota", "a/third=over-quota"], Written(CapacityPlan.Of(Two, [Pod("a/third", 3), Pod("a/first", 1), Pod("b/second", 2)])));

    [Fact]
    public void Writes_only_what_says_something_else() => Assert.Equal(
        ["a/second=in-quota", "a/fourth=over-quota"],
        Written(CapacityPlan.Of(Two, [Pod("a/first", 1, "in-quota"), Pod("a/second", 2, "over-quota"), Pod("a/third", 3, "over-quota"), Pod("a/fourth", 4, "forged")])));

    [Fact]
    public void Takes_labels_off_where_no_quota_rules() => Assert.Equal(
        ["a/first=", "a/third="], Written(CapacityPlan.OutsideQuotas([Pod("a/third", 3, "over-quota"), Pod("a/first", 1, "forged"), Pod("a/second", 2)])));

    private static CountedPod Pod(string place, int second, string? label = null) =>
        new(new QuotaPod($"uid-{place}", place.Split('/')[0], place.Split('/')[1], Ledgers.Start.AddSeconds(second), 0, Ledgers.Amounts("gpu 1")), false, label);

    private static IEnumerable<string> Written(IReadOnlyList<CapacityChange> changes) => changes.Select(change => $"{change.Pod.Namespace}/{change.Pod.Name}={change.Label}");
}
