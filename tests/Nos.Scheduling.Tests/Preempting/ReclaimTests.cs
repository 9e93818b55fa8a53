using Nos.Scheduling.Fitting;
using Nos.Scheduling.Gpus;
using Nos.Scheduling.Nodes;
using Nos.Scheduling.Preempting;
using Nos.Scheduling.Quotas;
using Nos.Scheduling.Resources;

namespace Nos.Scheduling.Tests.Preempting;

/// <summary>Which pods go. In pictures of an A100 the eighth memory slice is only ever used by slices of four or eight.</summary>
public sealed class ReclaimTests
{
    /// <summary>Team a has nothing and a guarantee; team b has the GPU and no guarantee.</summary>
    private static readonly Quota[] AOwnsBBorrows = [Stage.Quota("a", (Staged.Gpu, 80)), Stage.Quota("b", (Staged.Gpu, 0))];

    [Theory]
    [InlineData("1g.10gb", "b1 R1")]
    [InlineData("2g.20gb", "c1 R1")]
    [InlineData("3g.40gb", "c1 R1")]
    [InlineData("4g.40gb", "b1 R1, b2 R1, b3 R1, b4 R1")]
    [InlineData("7g.80gb", "b1 R1, b2 R1, b3 R1, b4 R1, c1 R1")]
    public void Takes_the_fewest_that_stand_where_the_slice_may_go(string wanted, string victims)
    {
        // bbbbcccc: a 3g may go to 0 or 4, a 4g to 0 only.
        var stage = new Stage(
            new Staged("b1", "b", "1g.10gb@0"), new Staged("b2", "b", "1g.10gb@1"), new Staged("b3", "b", "1g.10gb@2"), new Staged("b4", "b", "1g.10gb@3"),
            new Staged("c1", "c", "3g.40gb@4") { Minutes = 600 })
        {
            Quotas = [.. AOwnsBBorrows, Stage.Quota("c", (Staged.Gpu, 0))],
        };

        Assert.Equal("########", stage.Scene.Cluster.Nodes[0].Gpus[0].Draw());
        Assert.Equal(victims, stage.Victims(Stage.Waiting("a", 0, wanted)));
    }

    [Fact]
    public void Holds_the_room_where_the_victim_was()
    {
        var decision = new Stage(new Staged("b1", "b", "4g.40gb@0"), new Staged("b2", "b", "3g.40gb@4")) { Quotas = AOwnsBBorrows }.Decide(Stage.Waiting("a", 0, "4g.40gb"));

        Assert.Equal((ReclaimKind.Evicts, "n", false), (decision.Kind, decision.Node, decision.WaitsForOthers));
        Assert.Equal("0-4g.40gb-0", Assert.Single(decision.Placement!.Slices).Id);
        Assert.Equal(new QuotaKey("b", "q", false), Assert.Single(decision.Victims).Quota);
        Assert.Equal("1 pod makes room on n by R1", decision.Reason);
    }

    [Fact]
    public void Prefers_no_violated_budget_then_lower_priority_then_fewer_then_less_running_time_then_the_name()
    {
        var quotas = AOwnsBBorrows;
        var budgets = new Dictionary<string, int> { ["none"] = 0, ["one"] = 1 };
        var left = new Staged("b1", "b", "2g.20gb@0") { Budgets = ["none"], Minutes = 10 };
        var right = new Staged("b2", "b", "2g.20gb@2") { Budgets = ["one"], Priority = 5, Minutes = 20 };
        string Chosen(params Staged[] pods) => new Stage([.. pods, new Staged("x", "b", "3g.40gb@4") { IsProtected = true }]) { Quotas = quotas, Budgets = budgets }
            .Victims(Stage.Waiting("a", 0, "2g.20gb"));

        Assert.Equal("b2 R1", Chosen(left, right));
        Assert.Equal("b1 R1", Chosen(left with { Budgets = ["one"] }, right));
        Assert.Equal("b2 R1", Chosen(left with { Slices = ["1g.10gb@0"], Budgets = [] }, new Staged("b3", "b", "1g.10gb@1"), right with { Priority = 0 }));
        Assert.Equal("b1 R1", Chosen(left with { Budgets = [] }, right with { Priority = 0 }));
        Assert.Equal("b2 R1", Chosen(left with { Budgets = [], Minutes = 30 }, right with { Priority = 0 }));
        Assert.Equal("b1 R1", Chosen(left with { Budgets = [] }, right with { Priority = 0, Minutes = 10 }));
    }

    [Fact]
    public void Counts_each_victim_against_its_budget()
    {
        var stage = new Stage(
            new Staged("b1", "b", "1g.10gb@0") { Budgets = ["one"] }, new Staged("b2", "b", "1g.10gb@1") { Budgets = ["one"] },
            new Staged("b3", "b", "1g.10gb@2") { Priority = 9 }, new Staged("b4", "b", "1g.10gb@3") { Priority = 9 }, new Staged("x", "b", "3g.40gb@4") { IsProtected = true })
        {
            Quotas = AOwnsBBorrows,
            Budgets = new() { ["one"] = 1 },
        };

        Assert.Equal("b3 R1, b4 R1", stage.Victims(Stage.Waiting("a", 0, "2g.20gb")));
        Assert.Equal([false, true], (stage with { Pods = [.. stage.Pods.Where(pod => pod.Priority == 0), new Staged("y", "b", "2g.20gb@2") { IsProtected = true }] })
            .Decide(Stage.Waiting("a", 0, "2g.20gb")).Victims.Select(victim => victim.ViolatesBudget));
    }

    [Fact]
    public void Takes_pods_that_are_terminating_for_room_to_come()
    {
        var going = new Staged("b1", "b", "4g.40gb@0") { IsTerminating = true };
        var stays = new Staged("b2", "b", "3g.40gb@4");
        var stage = new Stage(going, stays) { Quotas = AOwnsBBorrows };

        var decision = stage.Decide(Stage.Waiting("a", 0, "3g.40gb"));
        Assert.Equal((ReclaimKind.HasRoom, "n", true), (decision.Kind, decision.Node, decision.WaitsForOthers));
        Assert.Equal("0-3g.40gb-0", Assert.Single(decision.Placement!.Slices).Id);
        Assert.Equal("b2 R1", stage.Victims(Stage.Waiting("a", 0, "7g.80gb")));
        Assert.True(stage.Decide(Stage.Waiting("a", 0, "7g.80gb")).WaitsForOthers);
        Assert.False(new Stage(stays) { Quotas = AOwnsBBorrows }.Decide(Stage.Waiting("a", 0, "3g.40gb")).WaitsForOthers);
    }

    [Fact]
    public void Says_where_there_is_room_already_even_to_a_pod_that_never_preempts()
    {
        var stage = new Stage(new Staged("b1", "b", "7g.80gb@0")) { Nodes = ["m", "n"], Quotas = AOwnsBBorrows };
        var decision = stage.Decide(Stage.Waiting("a", 0, "7g.80gb") with { MayPreempt = false });

        Assert.Equal((ReclaimKind.HasRoom, "m", "m has room"), (decision.Kind, decision.Node, decision.Reason));
        Assert.Equal(ReclaimObstacle.NeverPreempts, (stage with { Nodes = ["n"] }).Decide(Stage.Waiting("a", 0, "7g.80gb") with { MayPreempt = false }).Obstacle);
    }

    [Theory]
    [InlineData(false, 0, "b1 R1")]
    [InlineData(true, 0, "")]
    [InlineData(false, 1_999_999_999, "b1 R1")]
    [InlineData(false, 2_000_000_000, "")]
    public void Never_takes_what_is_protected_or_the_systems(bool isProtected, int priority, string victims) => Assert.Equal(
        victims,
        new Stage(new Staged("b1", "b", "7g.80gb@0") { IsProtected = isProtected, Priority = priority }) { Quotas = AOwnsBBorrows }.Victims(Stage.Waiting("a", 0, "1g.10gb")));

    [Fact]
    public void Spares_whose_eviction_was_refused()
    {
        var stage = new Stage(new Staged("b1", "b", "4g.40gb@0"), new Staged("b2", "b", "3g.40gb@4")) { Quotas = AOwnsBBorrows };

        Assert.Equal("b1 R1", stage.Victims(Stage.Waiting("a", 0, "1g.10gb")));
        Assert.Equal("b2 R1", stage.Victims(Stage.Waiting("a", 0, "1g.10gb"), null, "b1"));
        Assert.Equal(ReclaimObstacle.NobodyToEvict, stage.Decide(Stage.Waiting("a", 0, "1g.10gb"), null, "b1", "b2").Obstacle);
    }

    [Fact]
    public void Frees_neither_what_is_reserved_nor_what_somebody_unknown_has()
    {
        var unknown = new Stage(new Staged("b1", "b", "4g.40gb@0")) { Others = ["3g.40gb@4"], Quotas = AOwnsBBorrows };
        var reserved = new Stage(new Staged("b1", "b", "4g.40gb@0"), new Staged("b2", "b", "3g.40gb@4") { Hold = SliceHold.Reserved }) { Quotas = AOwnsBBorrows };

        Assert.All([unknown, reserved], stage => Assert.Equal(ReclaimObstacle.NotEnoughToEvict, stage.Decide(Stage.Waiting("a", 0, "7g.80gb")).Obstacle));
        Assert.All([unknown, reserved], stage => Assert.Equal("b1 R1", stage.Victims(Stage.Waiting("a", 0, "3g.40gb"))));
    }

    [Fact]
    public void A_slice_that_a_pod_was_promised_is_the_pods() => Assert.Equal(
        "b1 R1", new Stage(new Staged("b1", "b", "7g.80gb@0") { Hold = SliceHold.Covered }) { Quotas = AOwnsBBorrows }.Victims(Stage.Waiting("a", 0, "1g.10gb")));

    [Fact]
    public void Evicts_for_what_may_not_stand_side_by_side()
    {
        // One +me instance a GPU, however much room there is.
        var stage = new Stage(new Staged("b1", "b", "1g.10gb@0"), new Staged("b2", "b", "1g.10gb+me@1") { Minutes = 600 }, new Staged("b3", "b", "1g.10gb@2")) { Quotas = AOwnsBBorrows };

        Assert.Equal("###.....", stage.Scene.Cluster.Nodes[0].Gpus[0].Draw());
        Assert.Equal("b2 R1", stage.Victims(Stage.Waiting("a", 0, "1g.10gb+me")));
    }

    [Fact]
    public void A_pod_with_two_slices_leaves_both()
    {
        var stage = new Stage(
            new Staged("b1", "b", "1g.10gb@0", "1:1g.10gb@0"), new Staged("b2", "b", "3g.40gb@4") { Minutes = 600 }, new Staged("b3", "b", "1:3g.40gb@4") { Minutes = 600 },
            new Staged("x", "b", "1g.10gb@3", "1:1g.10gb@3") { IsProtected = true })
        {
            Gpus = 2,
            Quotas = [Stage.Quota("a", (Staged.Gpu, 160)), Stage.Quota("b", (Staged.Gpu, 0))],
        };

        Assert.Equal("b1 R1, b2 R1, b3 R1", stage.Victims(Stage.Waiting("a", 0, "3g.40gb", "3g.40gb", "2g.20gb", "2g.20gb")));
    }

    [Fact]
    public void Of_an_mps_gpu_takes_the_fewest_that_leave_enough_memory()
    {
        var stage = new Stage(
            new Staged("b1", "b", "5gb@1"), new Staged("b2", "b", "5gb@2"), new Staged("b3", "b", "10gb@1") { Minutes = 600 }, new Staged("b4", "b", "1gb@1") { Minutes = 5 }, new Staged("a0", "a", "2gb@1"))
        {
            Model = new GpuModel("drawn", 24 * 1024, 23, []),
            Mode = PartitioningMode.Mps,
            Quotas = [Stage.Quota("a", (Staged.Gpu, 40)), Stage.Quota("b", (Staged.Gpu, 0))],
        };

        Assert.Equal("b4 R1", stage.Victims(Stage.Waiting("a", 0, "1gb")));
        Assert.Equal("b1 R1", stage.Victims(Stage.Waiting("a", 0, "5gb")));
        Assert.Equal("b3 R1", stage.Victims(Stage.Waiting("a", 0, "10gb")));
        Assert.Equal("b1 R1, b3 R1", stage.Victims(Stage.Waiting("a", 0, "15gb")));
        Assert.Equal("b4 R1, b1 R1, b2 R1, b3 R1".Split(", ").Order(), stage.Victims(Stage.Waiting("a", 0, "21gb")).Split(", ").Order());
        Assert.Equal(ReclaimObstacle.NotEnoughToEvict, stage.Decide(Stage.Waiting("a", 0, "22gb")).Obstacle);
    }

    [Fact]
    public void Of_an_mps_gpu_with_as_many_clients_as_there_may_be_one_goes() => Assert.Equal(
        "b48 R1", Crowd(index => (1, 100 - index)).Victims(Stage.Waiting("a", 0, "1gb")));

    [Fact]
    public void Among_many_shares_takes_the_fewest_and_of_these_the_youngest() => Assert.Equal(
        "b48 R1, b47 R1, b46 R1, b45 R1, b44 R1, b43 R1, b42 R1, b41 R1", Crowd(index => (1, 100 - index)).Victims(Stage.Waiting("a", 0, "60gb")));

    [Theory]
    [InlineData("20gb", 6)]
    [InlineData("40gb", 12)]
    [InlineData("70gb", 25)]
    public void Where_combinations_are_too_many_to_try_all_takes_no_more_than_needed(string wanted, int fewest)
    {
        var stage = Crowd(index => (index * 7 % 3 + 1, 10 + (index * 13 % 17)));
        var decision = stage.Decide(Stage.Waiting("a", 0, wanted));
        var sizes = decision.Victims.Select(victim => victim.Pod.Demand.Slices[0].Resource.MemoryGB).ToList();

        var spare = sizes.Sum() + 4 - Draw.Resource(wanted).MemoryGB;
        Assert.InRange(spare, 0, sizes.Min() - 1);
        Assert.Equal(fewest, sizes.Count);
    }

    /// <summary>An MPS GPU of 100 GB with 48 clients, which is as many as there may be.</summary>
    private static Stage Crowd(Func<int, (int GB, int Minutes)> pod) => new(
    [
        .. Enumerable.Range(1, 48).Select(index => new Staged($"b{index}", "b", $"{pod(index).GB}gb@{index}") { Minutes = pod(index).Minutes }),
    ])
    {
        Model = new GpuModel("drawn", 101 * 1024, 100, []),
        Mode = PartitioningMode.Mps,
        Quotas = AOwnsBBorrows,
    };

    [Fact]
    public void Frees_other_resources_too_of_which_whole_gpus_count_by_memory()
    {
        ResourceAmounts One(string name) => Staged.Amounts((name, 1));
        var bound = new Staged("b1", "b").Bound;
        ReclaimDecision Decide(string has, string lacks, long min) => Reclaim.Decide(
            new ReclaimScene(
                ClusterSnapshot.Of([new Node("n", PartitioningMode.Mig, Misfit.NodeNotManaged, [], new NodeRoom(1000, 1000, 10))]),
                QuotaLedger.Of([Stage.Quota("a", (Staged.Gpu, 80)), Stage.Quota("b", (Staged.Gpu, min))]).Taking("b", Staged.Amounts((Staged.Gpu, 16))),
                [bound with { Demand = PodDemand.Of([], new NodeRoom(0, 0, 1), One(has)), Pod = bound.Pod with { Request = Staged.Amounts((Staged.Gpu, 16), (has, 1)) } }],
                new Dictionary<string, int>(),
                Staged.Noon),
            Stage.Waiting("a", 0) with { Demand = PodDemand.Of([], new NodeRoom(0, 0, 1), One(lacks)) }, null, new HashSet<string>());

        Assert.Equal(ReclaimRule.R1, Assert.Single(Decide("nvidia.com/gpu", "nvidia.com/gpu", 0).Victims).Rule);
        Assert.Equal(ReclaimObstacle.NobodyToEvict, Decide("nvidia.com/gpu", "nvidia.com/gpu", 16).Obstacle);
        Assert.Equal(ReclaimObstacle.NobodyToEvict, Decide("example.com/nic", "nvidia.com/gpu", 0).Obstacle);
    }

    [Fact]
    public void Of_an_mps_gpu_takes_all_of_another_uid_and_percent_where_it_is_short()
    {
        var other = new Staged("b1", "b", "1gb@1") { Mps = new MpsDemand(0, 2000) };
        var busy = new Staged("b2", "b", "1gb@1") { Mps = new MpsDemand(60, 1000) };
        var idle = new Staged("b3", "b", "1gb@2") { Minutes = 1 };
        Stage On(params Staged[] pods) => new(pods) { Model = Draw.A10, Mode = PartitioningMode.Mps, Quotas = AOwnsBBorrows };
        var asksPercent = Stage.Waiting("a", 0) with { Demand = PodDemand.Of([new ContainerDemand("c", ContainerKind.Main, SliceResource.Mps(1), 1, new MpsDemand(50, 1000))]) };

        Assert.Equal("b4 R1, b1 R1", On(other, other with { Name = "b4", Slices = ["1gb@2"], Minutes = 2 }).Victims(Stage.Waiting("a", 0, "1gb")));
        Assert.Equal("b2 R1", On(busy, idle).Victims(asksPercent));
        Assert.Equal(ReclaimKind.HasRoom, On(idle).Decide(asksPercent).Kind);
        Assert.Equal("", On(other with { IsProtected = true }, idle).Victims(Stage.Waiting("a", 0, "1gb")));
    }

    [Fact]
    public void Frees_cpu_and_memory_beside_the_slice()
    {
        var stage = new Stage(
            new Staged("b1", "b", "4g.40gb@0") { Cpu = 1000 }, new Staged("b2", "b", "3g.40gb@4") { Cpu = 500, Minutes = 600 },
            new Staged("b3", "b") { Cpu = 6000, Minutes = 900 }, new Staged("b4", "b") { Cpu = 2500, Minutes = 30 })
        {
            Allocatable = new NodeRoom(10_000, 1 << 30, 110),
            Quotas = [Stage.Quota("a", (Staged.Gpu, 80), ("cpu", 10_000)), Stage.Quota("b", (Staged.Gpu, 0), ("cpu", 0))],
        };

        Assert.Equal("b1 R1", stage.Victims(Stage.Waiting("a", 0, 1000, 0, "1g.10gb")));
        Assert.Equal("b4 R1, b1 R1", stage.Victims(Stage.Waiting("a", 0, 3000, 0, "1g.10gb")));
        Assert.Equal("b3 R1", stage.Victims(Stage.Waiting("a", 0, 5000, 0)));
    }

    [Fact]
    public void Looks_where_the_scheduler_offered_and_where_its_own_filter_saw_too_little_room()
    {
        var stage = new Stage(new Staged("b1", "b", "7g.80gb@0") { Cpu = 1000, Node = "m", Minutes = 600 }, new Staged("b2", "b", "7g.80gb@0") { Cpu = 9500, Minutes = 1 })
        {
            Nodes = ["m", "n"],
            Allocatable = new NodeRoom(10_000, 1L << 40, 110),
            Quotas = [Stage.Quota("a", (Staged.Gpu, 80), ("cpu", 10_000)), Stage.Quota("b", (Staged.Gpu, 0), ("cpu", 0))],
        };

        Assert.Equal("b2 R1", stage.Victims(Stage.Waiting("a", 0, 1000, 0, "1g.10gb")));
        Assert.Equal("b2 R1", stage.Victims(Stage.Waiting("a", 0, 1000, 0, "1g.10gb"), []));
        Assert.Equal("b1 R1", stage.Victims(Stage.Waiting("a", 0, 100, 0, "1g.10gb"), ["m"]));
        Assert.Equal(ReclaimObstacle.NoNode, stage.Decide(Stage.Waiting("a", 0, 100, 0, "1g.10gb"), []).Obstacle);
        Assert.Equal(ReclaimObstacle.NoNode, (stage with { Obstacle = Misfit.AgentSilent }).Decide(Stage.Waiting("a", 0, 100, 0, "1g.10gb")).Obstacle);
        Assert.Equal("b2 R1", (stage with { Obstacle = Misfit.AgentSilent }).Victims(Stage.Waiting("a", 0, 9200, 0)));
    }

    [Fact]
    public void Of_a_tainted_node_nobody_is_evicted_unless_the_scheduler_offered_it()
    {
        var stage = new Stage(new Staged("b1", "b", "7g.80gb@0")) { Quotas = AOwnsBBorrows };
        var picky = Stage.Waiting("a", 0, "1g.10gb") with { Requirements = NodeRequirements.None with { Selector = [new("zone", "a")] } };

        Assert.Equal(ReclaimObstacle.NoNode, stage.Decide(picky).Obstacle);
        Assert.Equal("b1 R1", stage.Victims(picky, ["n"]));
    }
}
