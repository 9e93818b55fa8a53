using FsCheck;
using FsCheck.Fluent;
using Nos.Scheduling.Quotas;

namespace Nos.Scheduling.Tests.Quotas;

public sealed class StandingPropertyTests
{
    private static readonly Config Often = Config.QuickThrowOnFailure.WithMaxTest(1000);

    private static readonly Arbitrary<(Quota Quota, QuotaPod[] Pods, int Seed)> Given = Arb.From(
        from quotas in RandomQuotas.Several.Where(quotas => quotas.Length > 0)
        from pods in RandomQuotas.Bound
        from seed in Gen.Choose(1, 1_000_000)
        select (quotas[0], pods, seed));

    [Fact]
    public void Who_is_in_quota_stays_within_min_together() => Prop.ForAll(Given, given =>
    {
        var inside = Inside(given.Quota, given.Pods);

        Assert.All(given.Quota.Min.All, min => Assert.True(inside.Aggregate(Int128.Zero, (sum, pod) => sum + pod.Request[min.Name]) <= min.Amount));
    }).Check(Often);

    /// <summary>Nobody is kept out for whom there is room once all before are served.</summary>
    [Fact]
    public void Who_is_over_quota_would_not_stay_within_min_with_those_before() => Prop.ForAll(Given, given =>
    {
        var before = new List<QuotaPod>();
        foreach (var (pod, standing) in QuotaStandings.Of(given.Quota, given.Pods))
        {
            if (standing == QuotaStanding.OverQuota)
            {
                Assert.Contains(given.Quota.Min.All, min => before.Append(pod).Aggregate(Int128.Zero, (sum, other) => sum + other.Request[min.Name]) > min.Amount);
            }
            else
            {
                before.Add(pod);
            }
        }
    }).Check(Often);

    [Fact]
    public void That_one_over_quota_goes_changes_nothing_for_those_in_it() => Prop.ForAll(Given, given =>
    {
        var inside = Inside(given.Quota, given.Pods).Select(pod => pod.Uid).ToHashSet();

        foreach (var gone in given.Pods.Where(pod => !inside.Contains(pod.Uid)))
        {
            Assert.Equal(inside, Inside(given.Quota, given.Pods.Where(pod => pod != gone)).Select(pod => pod.Uid).ToHashSet());
        }
    }).Check(Often);

    [Fact]
    public void The_order_in_which_pods_are_listed_does_not_matter() => Prop.ForAll(Given, given =>
    {
        var shuffled = given.Pods.ToArray();
        new Random(given.Seed).Shuffle(shuffled);

        Assert.Equal(QuotaStandings.Of(given.Quota, given.Pods), QuotaStandings.Of(given.Quota, shuffled));
    }).Check(Often);

    [Fact]
    public void Every_pod_is_listed_once() => Prop.ForAll(Given, given =>
        Assert.Equal(given.Pods.Select(pod => pod.Uid).Order(), QuotaStandings.Of(given.Quota, given.Pods).Select(standing => standing.Pod.Uid).Order())).Check(Often);

    private static IEnumerable<QuotaPod> Inside(Quota quota, IEnumerable<QuotaPod> pods) =>
        QuotaStandings.Of(quota, pods).Where(standing => standing.Standing == QuotaStanding.InQuota).Select(standing => standing.Pod);
}
