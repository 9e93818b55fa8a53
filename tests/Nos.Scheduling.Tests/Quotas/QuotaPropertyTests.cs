using FsCheck;
using FsCheck.Fluent;
using Nos.Scheduling.Quotas;
using Nos.Scheduling.Resources;

namespace Nos.Scheduling.Tests.Quotas;

public sealed class QuotaPropertyTests
{
    private static readonly Config Often = Config.QuickThrowOnFailure.WithMaxTest(1000);

    private static readonly Arbitrary<(Quota[] Quotas, (string Space, ResourceAmounts Asked)[] Pods)> Given =
        Arb.From(from quotas in RandomQuotas.Several from pods in RandomQuotas.Asking select (quotas, pods));

    [Fact]
    public void Shares_add_up_to_what_is_idle_at_most() => Prop.ForAll(Given, given =>
    {
        var ledger = Taken(given.Quotas, given.Pods);

        foreach (var resource in RandomQuotas.Resources)
        {
            var shares = ledger.Quotas.Aggregate(Int128.Zero, (sum, quota) => sum + ledger.FairShareIn(Ruled(ledger, quota))[resource]);
            Assert.InRange(shares, Int128.Zero, ledger.PoolOf(resource).Idle);
        }
    }).Check(Often);

    [Fact]
    public void What_is_given_back_leaves_no_trace() => Prop.ForAll(Given, given =>
    {
        var before = Taken(given.Quotas, given.Pods.Take(5));

        var after = given.Pods.Skip(5).Reverse().Aggregate(given.Pods.Skip(5).Aggregate(before, Taking), (ledger, pod) => ledger.Giving(pod.Space, pod.Asked));

        Equal(before, after);
    }).Check(Often);

    [Fact]
    public void Step_by_step_it_is_what_it_is_in_one_sum_and_in_any_order() => Prop.ForAll(Given, given =>
    {
        var ledger = Taken(given.Quotas, given.Pods);

        Equal(ledger, Taken([.. given.Quotas.Reverse()], given.Pods.Reverse()));
        foreach (var quota in ledger.Quotas)
        {
            var pods = given.Pods.Where(pod => ledger.RulerOf(pod.Space) == quota).ToArray();
            foreach (var resource in RandomQuotas.Resources)
            {
                var used = pods.Aggregate(Int128.Zero, (sum, pod) => sum + pod.Asked[resource]);
                Assert.Equal(quota.Min.Has(resource) || quota.Max.Has(resource) ? (long)Int128.Min(used, long.MaxValue) : 0, ledger.UsedIn(Ruled(ledger, quota))[resource]);
            }
        }

        foreach (var resource in RandomQuotas.Resources)
        {
            var lenders = ledger.Quotas.Where(quota => quota.Min.Has(resource)).Select(quota => (
                Min: (Int128)quota.Min[resource],
                Used: given.Pods.Where(pod => ledger.RulerOf(pod.Space) == quota).Aggregate(Int128.Zero, (sum, pod) => sum + pod.Asked[resource]))).ToArray();
            var pool = lenders.Aggregate(default(QuotaPool), (sum, quota) =>
                new QuotaPool(sum.Min + quota.Min, sum.Used + quota.Used, sum.Idle + Int128.Max(0, quota.Min - quota.Used)));
            Assert.Equal(pool, ledger.PoolOf(resource));
        }
    }).Check(Often);

    [Fact]
    public void No_pods_that_are_let_in_one_after_the_other_pass_a_max() => Prop.ForAll(Given, given =>
    {
        var ledger = given.Pods.Aggregate(QuotaLedger.Of(given.Quotas), (sum, pod) => sum.Judge(pod.Space, pod.Asked).IsAllowed ? Taking(sum, pod) : sum);

        foreach (var quota in ledger.Quotas)
        {
            var used = ledger.UsedIn(Ruled(ledger, quota));
            Assert.All(quota.Max.All, max => Assert.True(used[max.Name] <= max.Amount, $"{quota.Key} has {used[max.Name]} of {max}"));
        }
    }).Check(Often);

    /// <summary>What each word means, said anew and plainly.</summary>
    [Fact]
    public void Every_verdict_is_the_one_whose_words_are_true() => Prop.ForAll(Given, given =>
    {
        var ledger = Taken(given.Quotas, given.Pods.Skip(1));
        foreach (var (space, asked) in given.Pods.Take(1))
        {
            var verdict = ledger.Judge(space, asked);

            Assert.Equal(Expected(ledger, space, asked), verdict.Kind);
            Assert.Equal(ledger.RulerOf(space), verdict.Quota);
            Assert.Equal(verdict.Kind is QuotaVerdictKind.Unjudged or QuotaVerdictKind.WithinMin, verdict.Resource is null);
            Assert.Equal(asked[verdict.Resource ?? ""], verdict.Asked);
        }
    }).Check(Often);

    /// <summary>Of pods that ask for one resource each: what is within min of one resource may come beside what is borrowed of another.</summary>
    [Fact]
    public void Borrowers_alone_never_use_more_than_is_guaranteed_to_all_together() => Prop.ForAll(Given, given =>
    {
        var single = given.Pods.Where(pod => !pod.Asked.All.IsEmpty)
            .Select(pod => (pod.Space, Asked: ResourceAmounts.Of([KeyValuePair.Create(pod.Asked.All[0].Name, pod.Asked.All[0].Amount)])));
        var ledger = single.Aggregate(QuotaLedger.Of(given.Quotas), (sum, pod) =>
            sum.Judge(pod.Space, pod.Asked).Kind == QuotaVerdictKind.Borrows ? Taking(sum, pod) : sum);

        Assert.All(RandomQuotas.Resources, resource => Assert.True(ledger.PoolOf(resource).Used <= ledger.PoolOf(resource).Min));
    }).Check(Often);

    private static QuotaVerdictKind Expected(QuotaLedger ledger, string space, ResourceAmounts asked)
    {
        if (ledger.RulerOf(space) is not { } quota)
        {
            return QuotaVerdictKind.Unjudged;
        }

        var have = ledger.UsedIn(space);
        var wanted = asked.All.Where(amount => amount.Amount > 0).Select(amount => (amount.Name, amount.Amount, Sum: (Int128)have[amount.Name] + amount.Amount)).ToArray();
        var above = wanted.Where(amount => quota.Min.Has(amount.Name) && amount.Sum > quota.Min[amount.Name]).ToArray();
        var shares = ledger.FairShareIn(space);
        return wanted.Any(amount => quota.Max.Has(amount.Name) && amount.Sum > quota.Max[amount.Name]) ? QuotaVerdictKind.QuotaMaxExceeded
            : above.Length == 0 ? QuotaVerdictKind.WithinMin
            : above.All(amount => ledger.PoolOf(amount.Name).Used + amount.Amount <= ledger.PoolOf(amount.Name).Min) ? QuotaVerdictKind.Borrows
            : above.All(amount => amount.Sum <= (Int128)quota.Min[amount.Name] + shares[amount.Name]) ? QuotaVerdictKind.WithinFairShare
            : QuotaVerdictKind.NothingToBorrow;
    }

    private static QuotaLedger Taken(Quota[] quotas, IEnumerable<(string Space, ResourceAmounts Asked)> pods) => pods.Aggregate(QuotaLedger.Of(quotas), Taking);

    private static QuotaLedger Taking(QuotaLedger ledger, (string Space, ResourceAmounts Asked) pod) => ledger.Taking(pod.Space, pod.Asked);

    private static string Ruled(QuotaLedger ledger, Quota quota) => quota.Namespaces.First(space => ledger.RulerOf(space) == quota);

    private static void Equal(QuotaLedger left, QuotaLedger right)
    {
        Assert.Equal(left.Quotas.Select(quota => quota.Key), right.Quotas.Select(quota => quota.Key));
        Assert.All(RandomQuotas.Spaces, space => Assert.Equal(left.UsedIn(space), right.UsedIn(space)));
        Assert.All(RandomQuotas.Resources, resource => Assert.Equal(left.PoolOf(resource), right.PoolOf(resource)));
    }
}
