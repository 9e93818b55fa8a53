using Nos.Scheduling.Nodes;
using Nos.Scheduling.Preempting;
using Nos.Scheduling.Quotas;

namespace Nos.Scheduling.Tests.Preempting;

public sealed class PreemptionReviewTests
{
    private static readonly Quota[] Quotas =
        [Stage.Quota("a", (Staged.Gpu, 80), ("cpu", 8000)), Stage.Quota("b", (Staged.Gpu, 40), ("cpu", 2000)), Stage.Quota("c", (Staged.Gpu, 0), ("cpu", 0))];

    /// <summary><c>bbbbcccc</c>: B is within its min, C has borrowed; both have all of the node's cpu but one.</summary>
    private static readonly Stage Full = new(new Staged("b1", "b", "4g.40gb@0") { Cpu = 2000 }, new Staged("c1", "c", "3g.40gb@4") { Cpu = 2000 })
    {
        Quotas = Quotas,
        Allocatable = new NodeRoom(4500, 1L << 40, 110),
    };

    [Fact]
    public void Keeps_what_the_rules_allow() => Assert.Equal("n: c1 (7)", Review(Full, Stage.Waiting("a", 9, 1000, 0, "3g.40gb"), "n: c1 (7)"));

    [Fact]
    public void Leaves_out_whom_the_rules_protect_and_takes_what_it_would_have_left_from_others()
    {
        Assert.Equal("n: c1 (0)", Review(Full, Stage.Waiting("a", 9, 1000, 0, "3g.40gb"), "n: b1 (1)"));
        Assert.Equal("", Review(Full, Stage.Waiting("a", 9, 3000, 0, "3g.40gb"), "n: b1 c1 (0)"));
    }

    [Fact]
    public void Leaves_a_node_out_where_a_protected_pod_is_needed_for_what_is_not_seen_here() =>
        Assert.Equal("", Review(Full with { Pods = [Full.Pods[0]] }, Stage.Waiting("a", 9, 1000, 0, "3g.40gb"), "n: b1 (0)"));

    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 2_000_000_000)]
    public void Never_keeps_what_is_protected_or_the_systems(bool isProtected, int priority) => Assert.Equal(
        "", Review(Full with { Pods = [Full.Pods[0], Full.Pods[1] with { IsProtected = isProtected, Priority = priority }] }, Stage.Waiting("a", 9, 1000, 0, "3g.40gb"), "n: c1 (0)"));

    [Fact]
    public void Adds_what_the_slices_need()
    {
        var stage = Full with
        {
            Pods = [Full.Pods[0], Full.Pods[1] with { Cpu = 0, Budgets = ["one"] }, new Staged("c2", "c") { Cpu = 2000, Budgets = ["one"] }],
            Budgets = new() { ["one"] = 1 },
        };

        Assert.Equal("n: c2 c1 (1)", Review(stage, Stage.Waiting("a", 9, 1000, 0, "3g.40gb"), "n: c2 (0)"));
    }

    [Fact]
    public void Gives_a_candidate_without_victims_ours_or_passes_it_through_or_leaves_it_out()
    {
        Assert.Equal("n: c1 (0)", Review(Full, Stage.Waiting("a", 9, 0, 0, "3g.40gb"), "n: (0)"));
        Assert.Equal("n: (0)", Review(Full with { Pods = [Full.Pods[0]] }, Stage.Waiting("a", 9, 0, 0, "3g.40gb"), "n: (0)"));
        Assert.Equal("", Review(Full, Stage.Waiting("a", 9, 0, 0, "4g.40gb"), "n: (0)"));
    }

    [Fact]
    public void Leaves_a_node_out_whose_victim_is_unknown_or_elsewhere() =>
        Assert.Equal("", Review(Full with { Nodes = ["m", "n"] }, Stage.Waiting("a", 9, 1000, 0, "3g.40gb"), "n: c1 ghost (0)", "m: c1 (0)"));

    [Fact]
    public void On_an_unknown_node_only_the_rules_are_asked()
    {
        var stage = Full with { Pods = [.. Full.Pods.Select(pod => pod with { Node = "far" })] };

        Assert.Equal("far: c1 (2)", Review(stage, Stage.Waiting("a", 9, 1000, 0, "3g.40gb"), "far: c1 (2)"));
        Assert.Equal("", Review(stage, Stage.Waiting("a", 9, 1000, 0, "3g.40gb"), "far: b1 (0)", "far: b1 c1 (0)", "far: (0)"));
    }

    [Theory]
    [InlineData(9, "n: p (3)")]
    [InlineData(4, "")]
    public void Without_quotas_the_schedulers_choice_stands(int priority, string expected)
    {
        var stage = new Stage(new Staged("p", "free") { Cpu = 4000, Priority = 4 }) { Allocatable = new NodeRoom(4500, 1L << 40, 110), Quotas = Quotas };

        Assert.Equal(expected, Review(stage, Stage.Waiting("open", priority, 1000, 0), "n: p (3)"));
        Assert.Equal("", Review(stage with { Pods = [stage.Pods[0] with { Space = "c" }] }, Stage.Waiting("open", priority, 1000, 0), "n: p (3)"));
    }

    [Fact]
    public void Keeps_who_is_terminating_already() => Assert.Equal(
        "n: b1 (0)", Review(Full with { Pods = [Full.Pods[0] with { IsTerminating = true }, Full.Pods[1]] }, Stage.Waiting("a", 9, 1000, 0, "4g.40gb"), "n: b1 (0)"));

    [Fact]
    public void Does_not_count_twice_that_who_is_terminating_leaves_its_quota() => Assert.Equal(
        "n: b1 b2 (0)",
        Review(
            new Stage(new Staged("b1", "b", "4g.40gb@0") { IsTerminating = true }, new Staged("b2", "b", "3g.40gb@4"), new Staged("b3", "b", "1:7g.80gb@0") { Minutes = 90 })
            {
                Gpus = 2,
                Quotas = [Quotas[0], Stage.Quota("b", (Staged.Gpu, 100))],
            },
            Stage.Waiting("a", 0, "7g.80gb"),
            "n: b1 (0)"));

    [Fact]
    public void Of_own_pods_as_many_go_as_the_quota_needs()
    {
        var max = new Quota(new QuotaKey("a", "q", false), ["a"], Staged.Amounts((Staged.Gpu, 20)), Staged.Amounts((Staged.Gpu, 20)), Staged.Noon);
        var stage = new Stage(new Staged("a1", "a", "1g.10gb@0"), new Staged("a2", "a", "1g.10gb@1") { Minutes = 90 }) { Quotas = [max, Quotas[1]] };

        Assert.Equal("n: a1 (0)", Review(stage, Stage.Waiting("a", 1, "1g.10gb"), "n: (0)"));
        Assert.Equal("n: a2 (0)", Review(stage, Stage.Waiting("a", 1, "1g.10gb"), "n: a2 (0)"));
        Assert.Equal("n: a2 a1 (0)", Review(stage, Stage.Waiting("a", 1, "2g.20gb"), "n: a2 (0)"));
        Assert.Equal("", Review(stage, Stage.Waiting("a", 0, "1g.10gb"), "n: (0)"));
    }

    private static string Review(Stage stage, Preemptor preemptor, params string[] candidates) => string.Join("; ", PreemptionReview
        .Decide(stage.Scene, preemptor, [.. candidates.Select(Read)])
        .Select(candidate => $"{candidate.Node}: {string.Concat(candidate.Victims.Select(uid => $"{uid} "))}({candidate.BudgetViolations})"));

    private static PreemptionCandidate Read(string written)
    {
        var parts = written.Split(": ");
        var words = parts[1].Split(' ');
        return new PreemptionCandidate(parts[0], words[..^1], int.Parse(words[^1].Trim('(', ')')));
    }
}
