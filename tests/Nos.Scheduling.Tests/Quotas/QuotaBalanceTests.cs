using FsCheck;
using FsCheck.Fluent;
using Nos.Scheduling.Quotas;
using Nos.Scheduling.Resources;

namespace Nos.Scheduling.Tests.Quotas;

public sealed class QuotaBalanceTests
{
    [Fact]
    public void What_is_borrowed_is_lent_by_all_who_leave_something_idle_in_proportion()
    {
        var ledger = Ledger(("a", 10, 17), ("b", 30, 0), ("c", 20, 8), ("d", 5, 5));

        // 42 are idle, 7 are borrowed: b lends 30 x 7 / 42, c 12 x 7 / 42.
        Assert.Equal([(7, 0), (0, 5), (0, 2), (0, 0)], Spaces(ledger).Select(balance => (balance.Borrowed, balance.Lent)));
    }

    [Fact]
    public void What_is_lent_is_rounded_down()
    {
        var ledger = Ledger(("a", 1, 2), ("b", 1, 0), ("c", 1, 0), ("d", 1, 0));

        Assert.Equal([0, 0, 0, 0], Spaces(ledger).Select(balance => balance.Lent));
    }

    [Fact]
    public void Who_leaves_something_idle_lends_all_of_it_at_most_however_much_is_used()
    {
        var ledger = Ledger(("a", 10, 100), ("b", 30, 10), ("c", 20, 20));

        Assert.Equal([(90, 0), (0, 20), (0, 0)], Spaces(ledger).Select(balance => (balance.Borrowed, balance.Lent)));
    }

    [Fact]
    public void A_fair_share_is_of_the_idle_by_min()
    {
        var ledger = Ledger(("a", 10, 17), ("b", 30, 0));

        Assert.Equal([7, 22], Spaces(ledger).Select(balance => balance.FairShare));
    }

    [Fact]
    public void A_resource_that_only_max_names_is_neither_guaranteed_nor_borrowed()
    {
        var quota = new Quota(new QuotaKey("a", "q", false), ["a"], Amounts(("gpu", 1)), Amounts(("cpu", 5)), default);
        var ledger = QuotaLedger.Of([quota]).Taking("a", Amounts(("cpu", 7), ("gpu", 3), ("memory", 9)));

        Assert.Equal([new QuotaBalance("cpu", null, 5, 7, 0, 0, 0), new QuotaBalance("gpu", 1, null, 3, 2, 0, 0)], QuotaBalances.In(ledger, "a"));
    }

    [Fact]
    public void Where_no_quota_is_there_is_nothing_to_tell_and_one_over_nobody_says_what_it_says()
    {
        var quota = new Quota(new QuotaKey("a", "q", true), [], Amounts(("gpu", 1)), Amounts(("gpu", 5)), default);

        Assert.Empty(QuotaBalances.In(QuotaLedger.Of([quota]), "a"));
        Assert.Equal([new QuotaBalance("gpu", 1, 5, 0, 0, 0, 0)], QuotaBalances.OfNobody(quota));
    }

    [Fact]
    public void Nobody_lends_more_than_is_idle_and_all_together_no_more_than_is_borrowed()
    {
        var amount = Gen.OneOf(Gen.Choose(0, 20).Select(small => (long)small), Gen.Choose(0, 20).Select(less => long.MaxValue - less));
        var quota = from min in amount from used in amount select (min, used);

        Prop.ForAll(Arb.From(Gen.ArrayOf(quota, 6)), given =>
        {
            var ledger = Ledger([.. given.Select((one, at) => ($"s{at}", one.min, one.used))]);
            var balances = Spaces(ledger).ToList();
            var idle = given.Select(one => Int128.Max(0, (Int128)one.min - one.used)).ToList();
            var borrowed = given.Aggregate((Int128)0, (sum, one) => sum + Int128.Max(0, (Int128)one.used - one.min));
            var lent = balances.Aggregate((Int128)0, (sum, balance) => sum + balance.Lent);

            Assert.Equal(borrowed, ledger.PoolOf("gpu").Borrowed);
            Assert.All(balances.Zip(idle), one => Assert.InRange((Int128)one.First.Lent, 0, one.Second));
            Assert.True(lent <= borrowed, $"{lent} lent, {borrowed} borrowed");

            // Rounding loses less than one of each; halving the sums beyond 64 bits a little more.
            var least = Int128.Min(borrowed, idle.Aggregate((Int128)0, (sum, one) => sum + one)) - (6 * 16);
            Assert.True(lent >= least, $"{lent} lent, at least {least} expected");
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));
    }

    private static QuotaLedger Ledger(params (string Space, long Min, long Used)[] quotas) => quotas.Aggregate(
        QuotaLedger.Of(quotas.Select(quota => new Quota(new QuotaKey(quota.Space, "q", false), [quota.Space], Amounts(("gpu", quota.Min)), default, default))),
        (ledger, quota) => ledger.Taking(quota.Space, Amounts(("gpu", quota.Used))));

    private static IEnumerable<QuotaBalance> Spaces(QuotaLedger ledger) => ledger.Quotas.Select(quota => Assert.Single(QuotaBalances.In(ledger, quota.Key.Namespace)));

    private static ResourceAmounts Amounts(params (string Name, long Amount)[] amounts) =>
        ResourceAmounts.Of(amounts.Select(amount => KeyValuePair.Create(amount.Name, amount.Amount)));
}
