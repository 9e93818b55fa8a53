using Nos.Scheduling.Quotas;
using Nos.Scheduling.Resources;

namespace Nos.Scheduling.Tests.Quotas;

public sealed class FairShareEntitlementTests
{
    /// <summary>60 of 120 are idle; a, whose min is 40, may have 20 of them, and of cpu nothing beyond its min.</summary>
    private static readonly QuotaLedger Ledger = QuotaLedger.Of([Quota("a", ("cpu", 10), ("gpu", 40)), Quota("b", ("gpu", 80))])
        .Taking("a", Of(("gpu", 40), ("cpu", 10))).Taking("b", Of(("gpu", 20)));

    [Theory]
    [InlineData(0, 0, true)]
    [InlineData(20, 0, true)]
    [InlineData(21, 0, false)]
    [InlineData(1, 1, false)]
    public void Entitles_up_to_min_and_share_in_every_resource(long gpu, long cpu, bool entitled)
    {
        Assert.Equal(20, Ledger.FairShareIn("a")["gpu"]);
        Assert.Equal(entitled, Ledger.IsWithinFairShare("a", Of(("gpu", gpu), ("cpu", cpu), ("memory", 1000))));
    }

    [Fact]
    public void Entitles_nobody_without_a_quota() => Assert.False(Ledger.IsWithinFairShare("c", Of(("gpu", 1))));

    [Fact]
    public void Says_the_same_as_the_verdict_where_nothing_is_idle_to_borrow()
    {
        // b uses what a lacks: 120 of 120 with one more, so that only the share counts.
        var full = Ledger.Taking("b", Of(("gpu", 60)));
        var other = QuotaLedger.Of([Quota("a", ("gpu", 40)), Quota("b", ("gpu", 10)), Quota("c", ("gpu", 30))]).Taking("a", Of(("gpu", 40))).Taking("b", Of(("gpu", 40)));

        Assert.Equal((QuotaVerdictKind.NothingToBorrow, false), (full.Judge("a", Of(("gpu", 1))).Kind, full.IsWithinFairShare("a", Of(("gpu", 1)))));
        Assert.Equal((QuotaVerdictKind.WithinFairShare, true), (other.Judge("a", Of(("gpu", 15))).Kind, other.IsWithinFairShare("a", Of(("gpu", 15)))));
        Assert.Equal((QuotaVerdictKind.NothingToBorrow, false), (other.Judge("a", Of(("gpu", 16))).Kind, other.IsWithinFairShare("a", Of(("gpu", 16)))));
    }

    private static Quota Quota(string space, params (string, long)[] min) => new(new QuotaKey(space, "q", false), [space], Of(min), default, DateTimeOffset.UnixEpoch);

    private static ResourceAmounts Of(params (string Name, long Amount)[] amounts) =>
        ResourceAmounts.Of(amounts.Select(amount => KeyValuePair.Create(amount.Name, amount.Amount)));
}
