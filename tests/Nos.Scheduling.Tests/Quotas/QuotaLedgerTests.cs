using Nos.Scheduling.Quotas;
using static Nos.Scheduling.Tests.Quotas.Ledgers;

namespace Nos.Scheduling.Tests.Quotas;

public sealed class QuotaLedgerTests
{
    [Fact]
    public void What_pods_take_adds_up_and_what_they_give_back_goes()
    {
        var ledger = Ledger("a: max cpu 0, memory 0, nvidia.com/gpu 0, nos.nebuly.com/gpu-memory 0; used cpu 1000, memory 200, nvidia.com/gpu 2, nos.nebuly.com/gpu-memory 32");
        string[] pods =
        [
            "cpu 1000, memory 50, nvidia.com/gpu 1, nos.nebuly.com/gpu-memory 16", "cpu 2000, memory 100", "nvidia.com/gpu 2, nos.nebuly.com/gpu-memory 32",
        ];

        var all = pods.Aggregate(ledger, (sum, pod) => sum.Taking("a", Amounts(pod)));

        Assert.Equal(Amounts("cpu 4000, memory 350, nvidia.com/gpu 5, nos.nebuly.com/gpu-memory 80"), all.UsedIn("a"));
        Assert.Equal(ledger.UsedIn("a"), pods.Aggregate(all, (sum, pod) => sum.Giving("a", Amounts(pod))).UsedIn("a"));
    }

    [Fact]
    public void Only_what_a_quota_names_counts_as_used_of_it()
    {
        var ledger = Ledger("a: min cpu 10; max memory 10; used cpu 1, memory 2, nvidia.com/gpu 3");

        Assert.Equal(Amounts("cpu 1, memory 2"), ledger.UsedIn("a"));
        Assert.Equal(default, ledger.UsedIn("unknown"));
        Assert.Same(ledger, ledger.Taking("a", Amounts("nvidia.com/gpu 3")));
        Assert.Same(ledger, ledger.Taking("unknown", Amounts("cpu 3")));
    }

    [Fact]
    public void A_new_quota_has_0_used_of_all_that_it_names() => Assert.Equal(Amounts("cpu 0, memory 0"), Ledger("a: min cpu 10; max memory 10").UsedIn("a"));

    [Theory]
    [InlineData("a: min cpu 10; used cpu 5", "cpu 5")]
    [InlineData("a: min cpu 10; used cpu 10", "cpu 0")]
    [InlineData("a: min cpu 10; used cpu 50", "cpu 0")]
    [InlineData(
        "a: min cpu 100, memory 200, ephemeral-storage 5, pods 10, gpu 5, gpu-memory 5; used memory 100, gpu 5",
        "cpu 100, memory 100, ephemeral-storage 5, pods 10, gpu 0, gpu-memory 5")]
    [InlineData(
        "a: min cpu 100, memory 200, ephemeral-storage 5, pods 5, gpu 5, gpu-memory 5; used cpu 150, memory 250, ephemeral-storage 10, pods 10, gpu 10, gpu-memory 10"
        + " | b: min cpu 200, memory 200, ephemeral-storage 5, pods 5, gpu 5, gpu-memory 5; used cpu 200"
        + " | c: min cpu 200, memory 200, ephemeral-storage 5, pods 5, gpu 5; used memory 10, gpu 1",
        "cpu 200, memory 390, ephemeral-storage 10, pods 10, gpu 9, gpu-memory 5")]
    public void Idle_is_what_of_the_guaranteed_is_not_used_quota_by_quota(string quotas, string idle)
    {
        var ledger = Ledger(quotas.Split(" | "));

        Assert.All(Amounts(idle).All, amount => Assert.Equal((Int128)amount.Amount, ledger.PoolOf(amount.Name).Idle));
        Assert.All(Amounts(idle).All, amount => Assert.True(ledger.PoolOf(amount.Name).Idle <= ledger.PoolOf(amount.Name).Min));
    }

    [Fact]
    public void Nobody_s_quota_has_nothing_idle() => Assert.Equal(default, QuotaLedger.Empty.PoolOf("cpu"));

    [Fact]
    public void What_is_named_in_max_alone_is_neither_guaranteed_nor_lent()
    {
        var ledger = Ledger("a: max cpu 10; used cpu 5", "b: min cpu 4; used cpu 1");

        Assert.Equal(new QuotaPool(4, 1, 3), ledger.PoolOf("cpu"));
    }

    [Theory]
    [InlineData("a: min cpu 0 | b: min cpu 100, memory 1000, pods 10; used cpu 50, memory 50, pods 5", "a", "cpu 0")]
    [InlineData("a: min cpu 0 | b: min cpu 0", "a", "cpu 0")]
    [InlineData("a: min cpu 10", "unknown", "")]
    [InlineData("a: max cpu 10", "a", "")]
    [InlineData(
        "a: min cpu 10, memory 10, pods 10, gpu 5, gpu-memory 64, new 3; used cpu 5, memory 5, pods 5, gpu-memory 10, new 1"
        + " | b: min cpu 30, memory 30, ephemeral-storage 30, pods 30, gpu 3, gpu-memory 24; used cpu 35, memory 35, pods 5, gpu-memory 10"
        + " | c: min cpu 20, memory 20, ephemeral-storage 20; used cpu 10, memory 10, ephemeral-storage 10",
        "a",
        "cpu 2, memory 2, pods 7, new 2, gpu 5, gpu-memory 49")]
    [InlineData("a: min gpu 40; used gpu 40 | b: min gpu 10; used gpu 40 | c: min gpu 30", "a", "gpu 15")]
    [InlineData("a: min gpu 40; used gpu 40 | b: min gpu 10; used gpu 40 | c: min gpu 30", "b", "gpu 3")]
    [InlineData("a: min gpu 40; used gpu 40 | b: min gpu 10; used gpu 40 | c: min gpu 30", "c", "gpu 11")]
    public void The_idle_is_shared_by_what_each_is_guaranteed_rounded_down(string quotas, string space, string shares) =>
        Assert.Equal(Amounts(shares), Ledger(quotas.Split(" | ")).FairShareIn(space));

    /// <summary>Each row: the mins of one resource, how much is idle, and what of that is the first one's.</summary>
    [Theory]
    [InlineData(new long[] { 30 }, 30, 30)]
    [InlineData(new long[] { 30, 0 }, 30, 30)]
    [InlineData(new long[] { 10, 10 }, 20, 10)]
    [InlineData(new long[] { 10 }, 7, 7)]
    [InlineData(new long[] { 0, 10 }, 10, 0)]
    [InlineData(new long[] { 50, 30, 20 }, 10, 5)]
    [InlineData(new long[] { 10, 30, 60 }, 10, 1)]
    [InlineData(new long[] { 10, 30 }, 4, 1)]
    [InlineData(new long[] { 64, 24 }, 87, 63)]
    [InlineData(new long[] { 5, 3 }, 7, 4)]
    [InlineData(new long[] { 0, 0 }, 0, 0)]
    [InlineData(new[] { long.MaxValue }, long.MaxValue, long.MaxValue)]
    public void A_share_is_an_amount_in_whole_units(long[] mins, long idle, long share) =>
        Assert.Equal(share, new QuotaPool(mins.Aggregate(Int128.Zero, (sum, min) => sum + min), 0, idle).FairShare(mins[0]));

    [Fact]
    public void A_composite_counts_once_however_many_namespaces_it_has()
    {
        var ledger = QuotaLedger.Of([Over("q", ["a", "b", "c"], "gpu 10"), Of("d", "gpu 10")]).Taking("a", Amounts("gpu 4")).Taking("c", Amounts("gpu 5"));

        Assert.Equal(new QuotaPool(20, 9, 11), ledger.PoolOf("gpu"));
        Assert.Equal(Amounts("gpu 9"), ledger.UsedIn("b"));
        Assert.Equal(Amounts("gpu 5"), ledger.FairShareIn("d"));
    }

    /// <summary>A pod of any size can be created by who may create pods; when it goes, what the others use is still known.</summary>
    [Fact]
    public void Amounts_beyond_64_bits_do_not_get_lost()
    {
        var ledger = Ledger($"a: min cpu {long.MaxValue}; max memory {long.MaxValue}; used cpu 50, memory 50", $"b: min cpu {long.MaxValue}");
        var huge = Amounts($"cpu {long.MaxValue}, memory {long.MaxValue}");

        var taken = ledger.Taking("a", huge).Taking("a", huge);

        Assert.Equal(huge, taken.UsedIn("a"));
        Assert.Equal(new QuotaPool(2 * (Int128)long.MaxValue, 2 * (Int128)long.MaxValue + 50, long.MaxValue), taken.PoolOf("cpu"));
        Assert.Equal(QuotaVerdictKind.QuotaMaxExceeded, taken.Judge("a", huge).Kind);
        Assert.Equal(QuotaVerdictKind.WithinMin, taken.Judge("b", Amounts($"cpu {long.MaxValue}")).Kind);
        Assert.Equal(ledger.UsedIn("a"), taken.Giving("a", huge).Giving("a", huge).UsedIn("a"));
        Assert.Equal(ledger.PoolOf("cpu"), taken.Giving("a", huge).Giving("a", huge).PoolOf("cpu"));
    }

    /// <summary>1,000 quotas of the largest min: the idle has 73 bits, and shares are as exact as 63 of them.</summary>
    [Fact]
    public void Shares_of_more_than_64_bits_are_only_ever_a_little_too_small()
    {
        var ledger = QuotaLedger.Of(Enumerable.Range(0, 1000).Select(at => Of($"n{at}", $"cpu {long.MaxValue}")));

        var share = ledger.FairShareIn("n0")["cpu"];

        Assert.InRange(share, long.MaxValue - 1000, long.MaxValue);
    }
}
