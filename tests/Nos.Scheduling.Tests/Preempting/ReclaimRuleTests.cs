using Nos.Scheduling.Gpus;
using Nos.Scheduling.Nodes;
using Nos.Scheduling.Preempting;
using Nos.Scheduling.Quotas;

namespace Nos.Scheduling.Tests.Preempting;

/// <summary>Who may be evicted for whom: rules R1 to R4 and Q4.</summary>
public sealed class ReclaimRuleTests
{
    private static readonly GpuModel EightyGB = new("eighty", 80 * 1024, 80, []);

    /// <summary>The example of the quota documentation: four tens of A (min 40), four of B (min 10), none of C (min 30), on 80 GB.</summary>
    private static readonly Stage Docs = new(
        new Staged("a1", "a", "10gb@1"), new Staged("a2", "a", "10gb@2"), new Staged("a3", "a", "10gb@3"), new Staged("a4", "a", "10gb@4"),
        new Staged("b1", "b", "10gb@5") { Minutes = 40 }, new Staged("b2", "b", "10gb@6") { Minutes = 30 },
        new Staged("b3", "b", "10gb@7") { Minutes = 20 }, new Staged("b4", "b", "10gb@8") { Minutes = 10 })
    {
        Model = EightyGB,
        Mode = PartitioningMode.Mps,
        Quotas = [Stage.Quota("a", (Staged.Gpu, 40)), Stage.Quota("b", (Staged.Gpu, 10)), Stage.Quota("c", (Staged.Gpu, 30))],
    };

    [Fact]
    public void Takes_exactly_one_over_quota_pod_for_a_pod_within_its_fair_share()
    {
        Assert.Equal(
            [15, 3, 11], "abc".Select(space => Docs.Scene.Ledger.FairShareIn(space.ToString())[Staged.Gpu]));
        Assert.Equal("b4 R2", Docs.Victims(Stage.Waiting("a", 0, "10gb")));
    }

    [Fact]
    public void Takes_nothing_beyond_the_fair_share()
    {
        var later = Docs with { Pods = [.. Docs.Pods.Where(pod => pod.Name != "b4"), new Staged("a5", "a", "10gb@8")] };
        var decision = later.Decide(Stage.Waiting("a", 0, "10gb"));

        Assert.Equal(ReclaimObstacle.NothingToBorrow, decision.Obstacle);
        Assert.Contains("ElasticQuota a/q is at its fair share of nos.nebuly.com/gpu-memory", decision.Reason);
    }

    [Fact]
    public void Within_min_takes_what_is_above_min_and_within_fair_share_what_is_above_min_and_share()
    {
        var fives = Enumerable.Range(1, 8).Select(index => new Staged($"b{index}", "b", $"5gb@{index}") { Minutes = 90 - index });
        var stage = Docs with
        {
            Pods = [.. Docs.Pods[..4], .. fives],
            Quotas = [Stage.Quota("a", (Staged.Gpu, 40)), Stage.Quota("b", (Staged.Gpu, 10)), Stage.Quota("c", (Staged.Gpu, 1000))],
        };

        Assert.Equal([38, 9], "ab".Select(space => stage.Scene.Ledger.FairShareIn(space.ToString())[Staged.Gpu]));
        Assert.Equal("b8 R1, b7 R1, b6 R1, b5 R1, b4 R1, b3 R1", stage.Victims(Stage.Waiting("c", 0, "30gb")));
        Assert.Equal(ReclaimObstacle.NotEnoughToEvict, stage.Decide(Stage.Waiting("c", 0, "31gb")).Obstacle);
        Assert.Equal("b8 R2, b7 R2, b6 R2, b5 R2, b4 R2", stage.Victims(Stage.Waiting("a", 0, "25gb")));
        Assert.Equal(ReclaimObstacle.NotEnoughToEvict, stage.Decide(Stage.Waiting("a", 0, "30gb")).Obstacle);
        Assert.Equal(ReclaimObstacle.NobodyToEvict, stage.Decide(Stage.Waiting("a", 0, "39gb")).Obstacle);
    }

    /// <summary>The three preemption rows of nos' own tests; the third there names p5, which cannot be: what nos really does is p1.</summary>
    [Fact]
    public void Evicts_a_lower_priority_pod_of_the_own_quota_where_no_other_quota_owes_anything()
    {
        var stage = OfMemory(
            150, new Staged("p1", "ns1") { Memory = 50, Priority = 100 }, new Staged("p2", "ns2") { Memory = 50, Priority = 100 }, new Staged("p3", "ns2") { Memory = 50, Priority = 100 })
            with { Quotas = [Stage.Quota("ns1", ("memory", 50)), Stage.Quota("ns2", ("memory", 200))] };

        Assert.Equal("p1 R3", stage.Victims(Stage.Waiting("ns1", 1000, 0, 50)));
        Assert.Equal("", stage.Victims(Stage.Waiting("ns1", 100, 0, 50)));
    }

    [Fact]
    public void Takes_its_own_min_back_from_who_is_over_quota_whatever_the_priority()
    {
        var stage = OfMemory(
            150, new Staged("p1", "ns1") { Memory = 40, Priority = 100 }, new Staged("p2", "ns2") { Memory = 50, Priority = 1000, Minutes = 90 },
            new Staged("p3", "ns2") { Memory = 50, Priority = 100, Minutes = 80 }, new Staged("p4", "ns2") { Memory = 10, Priority = 10, Minutes = 70 })
            with { Quotas = [Stage.Quota("ns1", ("memory", 150)), Stage.Quota("ns2", ("memory", 50))] };

        Assert.Equal("p3 R1", stage.Victims(Stage.Waiting("ns1", 1000, 0, 50)));
        Assert.Equal("p3 R1", stage.Victims(Stage.Waiting("ns1", 0, 0, 50)));
    }

    [Fact]
    public void Within_its_fair_share_prefers_one_own_pod_to_borrowers_who_leave_too_little()
    {
        var stage = OfMemory(
            350, new Staged("p1", "ns1") { Memory = 100, Cpu = 100, Priority = 100 }, new Staged("p2", "ns1") { Memory = 150, Cpu = 100, Priority = 100 },
            new Staged("p3", "ns2") { Memory = 50, Priority = 1000, Minutes = 90 }, new Staged("p4", "ns2") { Memory = 50, Priority = 100, Minutes = 80 },
            new Staged("p5", "ns2") { Memory = 10, Priority = 10, Minutes = 70 })
            with
            {
                Allocatable = new NodeRoom(200, 350, 110),
                Quotas =
                [
                    Stage.Quota("ns1", ("memory", 150), ("cpu", 200)), Stage.Quota("ns2", ("memory", 50), ("cpu", 20)), Stage.Quota("ns3", ("memory", 300), ("cpu", 300)),
                ],
            };

        Assert.Equal("p1 R3", stage.Victims(Stage.Waiting("ns1", 1000, 0, 70)));
    }

    [Fact]
    public void A_composite_is_one_quota_over_its_namespaces()
    {
        var team = new Quota(new QuotaKey("x", "team", true), ["a1", "a2"], Staged.Amounts((Staged.Gpu, 80)), default, Staged.Noon);
        var stage = new Stage(new Staged("p", "a2", "7g.80gb@0") { Priority = 3 }) { Quotas = [team] };

        Assert.Equal("p R3", stage.Victims(Stage.Waiting("a1", 4, "1g.10gb")));
        Assert.Equal("", stage.Victims(Stage.Waiting("a1", 3, "1g.10gb")));
    }

    [Theory]
    [InlineData(true, 4, 3, "p R4")]
    [InlineData(true, 3, 3, "")]
    [InlineData(false, 4, 3, "")]
    public void Without_quotas_only_the_lower_priority_goes_and_never_a_pod_with_a_quota(bool victimUnquoted, int mine, int theirs, string victims)
    {
        var stage = new Stage(new Staged("p", victimUnquoted ? "free" : "b", "7g.80gb@0") { Priority = theirs }) { Quotas = [Stage.Quota("b", (Staged.Gpu, 0))], ReclaimsUnquoted = true };

        Assert.Equal(victims, stage.Victims(Stage.Waiting("open", mine, "1g.10gb")));
    }

    [Theory]
    [InlineData(false, "a", "")]
    [InlineData(true, "a", "p R1")]
    [InlineData(true, "c", "p R2")]
    public void Pods_without_quota_are_reclaimed_only_where_that_is_wanted(bool wanted, string space, string victims)
    {
        var stage = new Stage(new Staged("p", "free", "7g.80gb@0") { Priority = 1000 })
        {
            ReclaimsUnquoted = wanted,
            Quotas = [Stage.Quota("a", (Staged.Gpu, 80)), Stage.Quota("c", (Staged.Gpu, 5))],
        };

        Assert.Equal(victims, stage.Victims(Stage.Waiting(space, 0, "1g.10gb")));
    }

    [Fact]
    public void Nobody_takes_from_a_quota_what_it_is_not_over_in()
    {
        // B is over in cpu, which A does not lack; of GPU memory it has less than its min.
        var stage = new Stage(new Staged("b1", "b", "7g.80gb@0") { Cpu = 4000 })
        {
            Quotas = [Stage.Quota("a", (Staged.Gpu, 80), ("cpu", 8000)), Stage.Quota("b", (Staged.Gpu, 80), ("cpu", 1000))],
        };

        Assert.Equal(QuotaStanding.OverQuota, QuotaStandings.Of(stage.Quotas[1], [stage.Pods[0].Bound.Pod])[0].Standing);
        Assert.Equal(ReclaimObstacle.NobodyToEvict, stage.Decide(Stage.Waiting("a", 0, 1000, 0, "1g.10gb")).Obstacle);
        Assert.Equal("b1 R1", (stage with { Allocatable = new NodeRoom(4500, 1L << 40, 110) }).Victims(Stage.Waiting("a", 0, 1000, 0)));
    }

    [Fact]
    public void GPU_room_counts_by_the_names_of_slices_too()
    {
        var stage = new Stage(new Staged("b1", "b", "1g.10gb@0"), new Staged("b2", "b", "1g.10gb@1") { Minutes = 5 }, new Staged("b3", "b", "3g.40gb@4") { Minutes = 4 }, new Staged("b4", "b", "2g.20gb@2") { Minutes = 3 })
        {
            Quotas = [Stage.Quota("a", (Staged.Gpu, 80)), Stage.Quota("b", ("nvidia.com/mig-1g.10gb", 1), (Staged.Gpu, 100))],
        };

        Assert.Equal("b2 R1", stage.Victims(Stage.Waiting("a", 0, "1g.10gb")));
        Assert.Equal("", stage.Victims(Stage.Waiting("a", 0, "3g.40gb")));
    }

    [Fact]
    public void In_quota_pods_stay_whoever_asks()
    {
        var stage = new Stage(new Staged("b1", "b", "4g.40gb@0") { Minutes = 9 }, new Staged("b2", "b", "3g.40gb@4") { Minutes = 5 })
        {
            Quotas = [Stage.Quota("a", (Staged.Gpu, 80)), Stage.Quota("b", (Staged.Gpu, 40))],
        };

        Assert.Equal("b2 R1", stage.Victims(Stage.Waiting("a", 9, "3g.40gb")));
        Assert.Equal("", stage.Victims(Stage.Waiting("a", 9, "4g.40gb")));
    }

    [Fact]
    public void What_is_terminating_is_not_taken_from_its_quota_twice()
    {
        // B has 80 of a guaranteed 40, and 40 of it are going: it owes nothing more.
        var stage = new Stage(
            new Staged("b1", "b", "4g.40gb@0") { Minutes = 9 }, new Staged("b2", "b", "3g.40gb@4") { Minutes = 5 }, new Staged("b3", "b", "1:7g.80gb@0") { Minutes = 1, IsTerminating = true })
        {
            Gpus = 2,
            Quotas = [Stage.Quota("a", (Staged.Gpu, 160)), Stage.Quota("b", (Staged.Gpu, 80))],
        };

        Assert.Equal(ReclaimKind.HasRoom, stage.Decide(Stage.Waiting("a", 0, "7g.80gb")).Kind);
        Assert.Equal(ReclaimObstacle.NobodyToEvict, stage.Decide(Stage.Waiting("a", 0, "7g.80gb", "1g.10gb")).Obstacle);
    }

    [Fact]
    public void A_pod_that_is_in_quota_now_or_once_others_have_gone_stays()
    {
        // Of 10: 5 that are going, then 8 too many, then 5; once the first have gone the 8 are in, and the last 5 too many.
        var stage = Docs with
        {
            Pods =
            [
                new Staged("b1", "b", "5gb@1") { Minutes = 9, IsTerminating = true }, new Staged("b2", "b", "8gb@2") { Minutes = 8 }, new Staged("b3", "b", "5gb@3") { Minutes = 7 },
                new Staged("x", "free", "60gb@4"),
            ],
        };

        Assert.Equal(ReclaimObstacle.NobodyToEvict, stage.Decide(Stage.Waiting("c", 0, "10gb")).Obstacle);
        Assert.Equal("b3 R1", (stage with { Pods = [stage.Pods[0] with { Slices = ["1gb@1"] }, .. stage.Pods[1..]] }).Victims(Stage.Waiting("c", 0, "10gb")));
    }

    [Theory]
    [InlineData(10, "")]
    [InlineData(0, "b1 R2, d2 R2")]
    public void What_one_victim_leaves_idle_is_shared_before_the_next_is_taken(int minOfB, string victims)
    {
        // Both stand in the way, by their uid. Once b1 has gone, B is 10 below its min: of that D has 2 by right, and is no longer above its share.
        var other = new MpsDemand(0, 2000);
        var stage = Docs with
        {
            Gpus = 3,
            Pods =
            [
                new Staged("b1", "b", "25gb@1") { Mps = other }, new Staged("d2", "d", "27gb@2") { Mps = other },
                new Staged("d1", "d", "1:50gb@1") { Minutes = 90 }, new Staged("x1", "free", "1:30gb@2"), new Staged("a1", "a", "2:40gb@1"), new Staged("x2", "free", "2:40gb@2"),
            ],
            Quotas = [Stage.Quota("a", (Staged.Gpu, 40)), Stage.Quota("b", (Staged.Gpu, minOfB)), Stage.Quota("c", (Staged.Gpu, 100)), Stage.Quota("d", (Staged.Gpu, 50))],
        };

        Assert.Equal(victims, stage.Victims(Stage.Waiting("a", 0, "20gb")));
    }

    [Fact]
    public void At_its_max_only_own_pods_whose_going_makes_it_fit_its_quota()
    {
        var max = new Quota(new QuotaKey("a", "q", false), ["a"], Staged.Amounts((Staged.Gpu, 20)), Staged.Amounts((Staged.Gpu, 30)), Staged.Noon);
        var stage = new Stage(new Staged("a1", "a", "1g.10gb@0") { Minutes = 9 }, new Staged("a2", "a", "2g.20gb@2") { Minutes = 20 }, new Staged("b1", "b", "3g.40gb@4"))
        {
            Quotas = [max, Stage.Quota("b", (Staged.Gpu, 60))],
        };

        // #.######: a1's going would make room for a 2g, but not in the quota.
        Assert.Equal("a1 R3", stage.Victims(Stage.Waiting("a", 1, "1g.10gb")));
        Assert.Equal("a1 R3, a2 R3", stage.Victims(Stage.Waiting("a", 1, "2g.20gb", "1g.10gb")));
        Assert.Equal("a2 R3", stage.Victims(Stage.Waiting("a", 1, "2g.20gb")));
        Assert.Equal(ReclaimObstacle.QuotaMaxExceeded, stage.Decide(Stage.Waiting("a", 0, "2g.20gb")).Obstacle);
        Assert.Equal(ReclaimObstacle.QuotaMaxExceeded, stage.Decide(Stage.Waiting("a", 1, "7g.80gb")).Obstacle);
    }

    [Fact]
    public void Borrowing_does_not_entitle_beyond_the_fair_share()
    {
        // 40 are idle, of which 20 are A's by right: what is beyond it may be had where there is room, but nobody goes for it.
        var stage = new Stage(new Staged("b1", "b", "7g.80gb@0") { Minutes = 9 })
        {
            Quotas = [Stage.Quota("a", (Staged.Gpu, 10)), Stage.Quota("b", (Staged.Gpu, 0)), Stage.Quota("c", (Staged.Gpu, 200))],
        };
        Assert.Equal(6, (stage with { Pods = [new Staged("b1", "b", "7g.80gb@0"), new Staged("c", "c", "3g.40gb@0") { Node = "x" }, new Staged("c2", "c", "3g.40gb@0") { Node = "x" }] }).Scene.Ledger.FairShareIn("a")[Staged.Gpu]);

        Assert.Equal("b1 R1", stage.Victims(Stage.Waiting("a", 9, "1g.10gb")));
        Assert.Equal("b1 R2", stage.Victims(Stage.Waiting("a", 9, "2g.20gb")));
        Assert.Equal(QuotaVerdictKind.Borrows, stage.Scene.Ledger.Judge("a", Stage.Waiting("a", 9, "3g.40gb").Request).Kind);
        Assert.Equal(ReclaimObstacle.NobodyToEvict, stage.Decide(Stage.Waiting("a", 9, "3g.40gb")).Obstacle);
    }

    private static Stage OfMemory(long memory, params Staged[] pods) => new(pods) { Allocatable = new NodeRoom(64_000, memory, 110), Gpus = 0 };
}
