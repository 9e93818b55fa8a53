using Nos.Scheduling.Quotas;
using static Nos.Scheduling.Tests.Quotas.Ledgers;

namespace Nos.Scheduling.Tests.Quotas;

public sealed class QuotaVerdictTests
{
    [Theory]
    [InlineData("a: min gpu 10; used gpu 100", "gpu 1", QuotaVerdictKind.NothingToBorrow)]
    [InlineData("a: max gpu 100; used gpu 100", "gpu 100", QuotaVerdictKind.QuotaMaxExceeded)]
    [InlineData("a: max gpu 100; used gpu 50", "gpu 51", QuotaVerdictKind.QuotaMaxExceeded)]
    [InlineData("a: max gpu 100; used gpu 50", "gpu 50", QuotaVerdictKind.WithinMin)]
    [InlineData("a: used gpu 50", "gpu 50", QuotaVerdictKind.WithinMin)]
    [InlineData("a: min gpu 0", "gpu 1", QuotaVerdictKind.NothingToBorrow)]
    [InlineData("a: max gpu 0", "gpu 1", QuotaVerdictKind.QuotaMaxExceeded)]
    [InlineData("a: max gpu 0", "gpu 0", QuotaVerdictKind.WithinMin)]
    [InlineData("a: min gpu 10, cpu 10; used cpu 20", "gpu 10", QuotaVerdictKind.WithinMin)]
    [InlineData("a: min gpu 10; max cpu 10; used cpu 20", "gpu 10", QuotaVerdictKind.WithinMin)]
    public void Up_to_and_including_the_limit_of_what_is_asked_for(string quota, string asked, QuotaVerdictKind kind) => Assert.Equal(kind, Judge([quota], "a", asked).Kind);

    [Fact]
    public void A_namespace_without_a_quota_is_not_judged()
    {
        var verdict = Judge(["a: min cpu 1; max cpu 1"], "b", "cpu 100");

        Assert.Equal(new QuotaVerdict(QuotaVerdictKind.Unjudged, null), verdict);
        Assert.True(verdict.IsAllowed);
    }

    /// <summary>Rows of nos' PreFilter, one GPU being 8 GB. Where nos refused what its quota does not name, or forgot a max, here is what is right.</summary>
    [Theory]
    [InlineData("ns1: min memory 1000", "ns1", "memory 500", QuotaVerdictKind.WithinMin)]
    [InlineData("ns1: min memory 1000", "ns1", "memory 10", QuotaVerdictKind.WithinMin)]
    [InlineData("ns1: min memory 1000", "ns1", "cpu 10, memory 10", QuotaVerdictKind.WithinMin)]
    [InlineData("ns1: min memory 1000", "ns1", "nvidia.com/gpu 1, gpu-memory 8", QuotaVerdictKind.WithinMin)]
    [InlineData("ns1: min memory 1000, gpu-memory 40; max memory 2000, gpu-memory 48; used memory 300, gpu-memory 32", "ns1", "memory 500, nvidia.com/gpu 1, gpu-memory 8", QuotaVerdictKind.WithinMin)]
    [InlineData("ns1: min memory 1000, gpu-memory 40; max memory 2000, gpu-memory 48; used memory 300, gpu-memory 32", "ns1", "memory 1800", QuotaVerdictKind.QuotaMaxExceeded)]
    [InlineData("ns1: min memory 1000, gpu-memory 40; max memory 2000, gpu-memory 48; used memory 300, gpu-memory 32", "ns1", "gpu-memory 17", QuotaVerdictKind.QuotaMaxExceeded)]
    [InlineData("ns1: min memory 1000, gpu-memory 40; used memory 300, gpu-memory 32 | ns2: min memory 5000, gpu-memory 48", "ns1", "memory 500", QuotaVerdictKind.WithinMin)]
    [InlineData("ns1: min memory 1000, gpu-memory 40; used memory 300, gpu-memory 32 | ns2: min memory 5000, gpu-memory 48", "ns1", "memory 1800", QuotaVerdictKind.Borrows)]
    [InlineData("ns1: min memory 1000, gpu-memory 40; used memory 300, gpu-memory 32 | ns2: min memory 5000, gpu-memory 48", "ns1", "gpu-memory 48", QuotaVerdictKind.Borrows)]
    [InlineData("ns1: min memory 1000, gpu-memory 40; used memory 1800, gpu-memory 32 | ns2: min memory 1000, gpu-memory 8; used memory 200, gpu-memory 8", "ns2", "memory 500", QuotaVerdictKind.WithinMin)]
    [InlineData("ns1: min memory 1000, gpu-memory 40; used memory 1800, gpu-memory 32 | ns2: min memory 1000, gpu-memory 8; used memory 200, gpu-memory 8", "ns2", "gpu-memory 16", QuotaVerdictKind.NothingToBorrow)]
    public void Judges_what_a_quota_names_and_nothing_else(string quotas, string space, string asked, QuotaVerdictKind kind) =>
        Assert.Equal(kind, Judge(quotas.Split(" | "), space, asked).Kind);

    /// <summary>
    /// The same row's two more GPUs: nos refuses by the sum of all min. Here the quota's fair share of what is idle, its own 8, entitles it (F1, R2).
    /// </summary>
    [Theory]
    [InlineData("gpu-memory 16", QuotaVerdictKind.WithinFairShare)]
    [InlineData("gpu-memory 17", QuotaVerdictKind.NothingToBorrow)]
    public void Beyond_the_sum_of_all_min_the_fair_share_is_the_limit(string asked, QuotaVerdictKind kind) =>
        Assert.Equal(kind, Judge(["ns1: min memory 1000, gpu-memory 40; used memory 300, gpu-memory 32"], "ns1", asked).Kind);

    [Theory]
    [InlineData("gpu-memory 20, mig-1g.10gb 2", "mig-1g.10gb 1", "gpu-memory 40", QuotaVerdictKind.WithinMin)]
    [InlineData("gpu-memory 20, mig-1g.10gb 2", "gpu-memory 20, mig-1g.10gb 1", "gpu-memory 25, mig-1g.10gb 0", QuotaVerdictKind.NothingToBorrow)]
    public void A_resource_that_min_does_not_name_has_no_limit_there(string used, string asked, string min, QuotaVerdictKind kind) =>
        Assert.Equal(kind, Judge([$"a: min {min}; used {used}"], "a", asked).Kind);

    /// <summary>mins 20, 10, 10; used 0, 40, 0: all that is guaranteed is used, by one of them.</summary>
    [Theory]
    [InlineData("a", 20, QuotaVerdictKind.WithinMin)]
    [InlineData("a", 35, QuotaVerdictKind.WithinFairShare)]
    [InlineData("a", 36, QuotaVerdictKind.NothingToBorrow)]
    [InlineData("b", 1, QuotaVerdictKind.NothingToBorrow)]
    [InlineData("c", 10, QuotaVerdictKind.WithinMin)]
    public void What_is_guaranteed_is_had_though_another_uses_it_all(string space, long asked, QuotaVerdictKind kind) =>
        Assert.Equal(kind, Judge(["a: min cpu 20", "b: min cpu 10; used cpu 40", "c: min cpu 10"], space, $"cpu {asked}").Kind);

    /// <summary>A composite over three namespaces, min 10 used 9: nos counts it thrice, and lets 3 more in.</summary>
    [Theory]
    [InlineData(1, QuotaVerdictKind.WithinMin)]
    [InlineData(3, QuotaVerdictKind.NothingToBorrow)]
    [InlineData(4, QuotaVerdictKind.NothingToBorrow)]
    public void A_composite_borrows_nothing_of_itself_for_having_many_namespaces(long asked, QuotaVerdictKind kind)
    {
        var ledger = QuotaLedger.Of([Over("q", ["a", "b", "c"], "gpu-memory 10")]).Taking("a", Amounts("gpu-memory 9"));

        Assert.All(["a", "b", "c"], space => Assert.Equal(kind, ledger.Judge(space, Amounts($"gpu-memory {asked}")).Kind));
    }

    [Fact]
    public void Cpu_that_a_quota_of_GPU_memory_does_not_name_is_free() =>
        Assert.Equal(QuotaVerdictKind.WithinMin, Judge(["a: min nos.nebuly.com/gpu-memory 100"], "a", "cpu 100, nos.nebuly.com/gpu-memory 10").Kind);

    [Fact]
    public void Borrowing_goes_as_far_as_the_others_leave_idle_in_each_resource()
    {
        string[] quotas = ["a: min cpu 10, gpu 10; used cpu 10, gpu 10", "b: min cpu 10, gpu 10; used cpu 4, gpu 9"];

        Assert.Equal(QuotaVerdictKind.Borrows, Judge(quotas, "a", "cpu 6, gpu 1").Kind);
        Assert.Equal("gpu", Judge(quotas, "a", "cpu 6, gpu 2").Resource);
        Assert.Equal(QuotaVerdictKind.NothingToBorrow, Judge(quotas, "a", "cpu 6, gpu 2").Kind);
        Assert.Equal(QuotaVerdictKind.NothingToBorrow, Judge(quotas, "a", "cpu 7").Kind);
    }

    [Fact]
    public void Lenders_are_the_quotas_that_name_the_resource_in_min()
    {
        var verdict = Judge(["a: min gpu 1; used gpu 1", "b: min cpu 100; max gpu 100; used gpu 50"], "a", "gpu 1");

        Assert.Equal((QuotaVerdictKind.NothingToBorrow, "gpu", 1L, 1L, 1L), Figures(verdict));
    }

    [Fact]
    public void Says_what_decided_with_its_figures()
    {
        var max = Judge(["a: min cpu 1; max cpu 10, memory 4; used cpu 9, memory 4"], "a", "cpu 5, memory 3");
        Assert.Equal((QuotaVerdictKind.QuotaMaxExceeded, "cpu", 5L, 9L, 10L), Figures(max));

        var borrowed = Judge(["a: min cpu 10; used cpu 9", "b: min cpu 20; used cpu 4"], "a", "cpu 5");
        Assert.Equal((QuotaVerdictKind.Borrows, "cpu", 5L, 13L, 30L), Figures(borrowed));

        var within = Judge(["a: min cpu 10"], "a", "cpu 5");
        Assert.Equal((QuotaVerdictKind.WithinMin, null, 0L, 0L, 0L), Figures(within));
        Assert.Equal("a", within.Quota!.Key.Name);
    }

    [Fact]
    public void A_max_decides_before_what_can_be_borrowed() =>
        Assert.Equal((QuotaVerdictKind.QuotaMaxExceeded, "gpu", 2L, 0L, 1L), Figures(Judge(["a: min cpu 0; max gpu 1"], "a", "cpu 5, gpu 2")));

    [Theory]
    [InlineData(QuotaVerdictKind.Unjudged, true)]
    [InlineData(QuotaVerdictKind.WithinMin, true)]
    [InlineData(QuotaVerdictKind.Borrows, true)]
    [InlineData(QuotaVerdictKind.WithinFairShare, true)]
    [InlineData(QuotaVerdictKind.QuotaMaxExceeded, false)]
    [InlineData(QuotaVerdictKind.NothingToBorrow, false)]
    public void Lets_the_pod_in_or_not(QuotaVerdictKind kind, bool isAllowed) => Assert.Equal(isAllowed, new QuotaVerdict(kind, null).IsAllowed);

    private static (QuotaVerdictKind, string?, long, long, long) Figures(QuotaVerdict verdict) =>
        (verdict.Kind, verdict.Resource, verdict.Asked, verdict.Used, verdict.Limit);

    private static QuotaVerdict Judge(string[] quotas, string space, string asked) => Ledger(quotas).Judge(space, Amounts(asked));
}
