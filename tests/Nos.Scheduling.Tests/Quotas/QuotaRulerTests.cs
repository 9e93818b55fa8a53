using Nos.Scheduling.Quotas;
using static Nos.Scheduling.Tests.Quotas.Ledgers;

namespace Nos.Scheduling.Tests.Quotas;

/// <summary>Which quota rules a namespace.</summary>
public sealed class QuotaRulerTests
{
    [Fact]
    public void A_quota_over_nothing_rules_nothing_and_guarantees_nothing()
    {
        var ledger = QuotaLedger.Of([Over("empty", [], "cpu 10"), Of("a", "cpu 5")]);

        Assert.Equal(["a/a"], Names(ledger));
        Assert.Equal((Int128)5, ledger.PoolOf("cpu").Min);
        Assert.Null(QuotaLedger.Empty.RulerOf("a"));
    }

    [Fact]
    public void A_quota_beside_another_rules_its_own_namespaces()
    {
        var ledger = QuotaLedger.Of([Of("ns-1", "cpu 1"), Over("updated", ["ns-2", "ns-3", "ns-4"], "cpu 2")]);

        Assert.Equal("ns-1", Ruler(ledger, "ns-1"));
        Assert.All(["ns-2", "ns-3", "ns-4"], space => Assert.Equal("updated", Ruler(ledger, space)));
        Assert.Null(Ruler(ledger, "ns-5"));
    }

    [Fact]
    public void A_quota_whose_namespaces_change_rules_the_new_ones_and_the_others_no_more()
    {
        var (before, after) = (QuotaLedger.Of([Over("q", ["ns-1", "ns-2"], "cpu 1")]), QuotaLedger.Of([Over("q", ["ns-2", "ns-3"], "cpu 1")]));

        Assert.Equal("q q -", Rulers(before, "ns-1", "ns-2", "ns-3"));
        Assert.Equal("- q q", Rulers(after, "ns-1", "ns-2", "ns-3"));
    }

    [Fact]
    public void A_composite_rules_before_an_ElasticQuota_of_whatever_age()
    {
        var ledger = QuotaLedger.Of([Of("a", "cpu 7", second: 0), Over("q", ["a", "b"], "cpu 1", second: 100)]);

        Assert.Equal("q q", Rulers(ledger, "a", "b"));
        Assert.Equal((Int128)1, ledger.PoolOf("cpu").Min);
    }

    [Theory]
    [InlineData(1, 2, "first")]
    [InlineData(2, 1, "second")]
    [InlineData(1, 1, "first")]
    public void Of_two_composites_the_older_rules_what_both_name_and_each_the_rest(int first, int second, string ruler)
    {
        Quota[] quotas = [Over("second", ["b", "c"], "cpu 2", second: second), Over("first", ["a", "b"], "cpu 1", second: first)];

        Assert.Equal($"first {ruler} second", Rulers(QuotaLedger.Of(quotas), "a", "b", "c"));
        Assert.Equal($"first {ruler} second", Rulers(QuotaLedger.Of(quotas.Reverse()), "a", "b", "c"));
        Assert.Equal((Int128)3, QuotaLedger.Of(quotas).PoolOf("cpu").Min);
    }

    [Fact]
    public void Of_two_ElasticQuotas_in_one_namespace_the_older_rules_then_the_lower_name()
    {
        var (young, old, same) = (Named("a", 2), Named("z", 1), Named("b", 1));

        Assert.Equal("z", Ruler(QuotaLedger.Of([young, old]), "n"));
        Assert.Equal("b", Ruler(QuotaLedger.Of([young, old, same]), "n"));
        Assert.Single(QuotaLedger.Of([young, old, same]).Quotas);

        static Quota Named(string name, int second) => Of("n", "cpu 1", second: second) with { Key = new QuotaKey("n", name, IsComposite: false) };
    }

    [Fact]
    public void A_namespace_that_is_named_twice_counts_once()
    {
        var ledger = QuotaLedger.Of([Over("q", ["a", "a"], "cpu 3")]).Taking("a", Amounts("cpu 1"));

        Assert.Equal(new QuotaPool(3, 1, 2), ledger.PoolOf("cpu"));
    }

    private static string Rulers(QuotaLedger ledger, params string[] spaces) => string.Join(' ', spaces.Select(space => Ruler(ledger, space) ?? "-"));

    private static string? Ruler(QuotaLedger ledger, string space) => ledger.RulerOf(space)?.Key.Name;

    private static string[] Names(QuotaLedger ledger) => [.. ledger.Quotas.Select(quota => $"{quota.Key.Namespace}/{quota.Key.Name}")];
}
