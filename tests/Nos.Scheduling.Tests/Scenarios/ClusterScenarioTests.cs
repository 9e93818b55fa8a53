using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Fitting;
using Nos.Scheduling.Nodes;
using Nos.Scheduling.Planning;

namespace Nos.Scheduling.Tests.Scenarios;

/// <summary>What the server makes of nodes and pods as they come, change and go.</summary>
public sealed class ClusterScenarioTests
{
    private static readonly ScenarioNode Mig = new() { Name = "n1", Mode = "mig", Gpus = [["-4g.24gb@0"], []] };
    private static readonly ScenarioNode Mps = new() { Name = "n1", Mode = "mps", Product = "NVIDIA-A10", UsableGB = 40, Gpus = [["-10gb@1", "-10gb@2"], ["20gb@1"], []] };

    [Theory]
    [InlineData(null, Misfit.NodeNotManaged)]
    [InlineData("invalid-kind", Misfit.NodeNotManaged)]
    [InlineData("hybrid", Misfit.NodeNotManaged)]
    [InlineData("mig", Misfit.None)]
    public void A_node_is_what_its_label_says(string? mode, Misfit expected) => Assert.Equal(expected, new ScenarioCluster([Mig with { Mode = mode }]).Check("n1", "1g.6gb"));

    [Fact]
    public void Nodes_of_both_modes_and_of_none_are_seen_side_by_side()
    {
        var cluster = new ScenarioCluster([Mig with { Name = "none", Mode = null }, Mig with { Name = "mig" }, Mps with { Name = "mps" }]);

        Assert.Equal([Misfit.NodeNotManaged, Misfit.None, Misfit.ProfileNotOffered], new[] { "none", "mig", "mps" }.Select(node => cluster.Check(node, "1g.6gb")));
        Assert.Equal([Misfit.NodeNotManaged, Misfit.ProfileNotOffered, Misfit.None], new[] { "none", "mig", "mps" }.Select(node => cluster.Check(node, "10gb")));
    }

    [Fact]
    public void GPUs_are_as_the_agent_reports_them()
    {
        Assert.Equal(["4g.24gb:1", ""], Geometry.Of(new ScenarioCluster([Mig]).State.Current.Find("n1")!));
        Assert.Equal(["10gb:2", "20gb:1", ""], Geometry.Of(new ScenarioCluster([Mps]).State.Current.Find("n1")!));
    }

    /// <summary>Labels are only for nodes whose agent has not spoken, which are not offered; nonsense in them harms nobody else.</summary>
    [Theory]
    [InlineData("nvidia.com/gpu.product", null, 0)]
    [InlineData("nvidia.com/gpu.product", "NVIDIA-A100-40GB-PCIe", 2)]
    [InlineData("nvidia.com/gpu.count", null, 0)]
    [InlineData("nvidia.com/gpu.count", "two", 0)]
    [InlineData("nvidia.com/gpu.memory", null, 2)]
    [InlineData("nvidia.com/gpu.memory", "invalid", 2)]
    public void A_silent_node_is_guessed_by_its_labels(string label, string? value, int gpus)
    {
        var odd = new Dictionary<string, string?> { [label] = value };
        var cluster = new ScenarioCluster([Mig with { Name = "silent", IsSilent = true, Labels = odd }, Mig with { Name = "reporting", Labels = odd }, Mig with { Name = "good" }]);

        Assert.Equal(gpus, cluster.State.Current.Find("silent")!.Gpus.Length);
        Assert.Equal([Misfit.AgentSilent, Misfit.None, Misfit.None], new[] { "silent", "reporting", "good" }.Select(node => cluster.Check(node, "1g.6gb")));
    }

    [Theory]
    [InlineData("10gb@1 10gb@2 10gb@3 10gb@4 10gb@5 -20gb@1", "10gb:5", Misfit.NotEnoughGpuMemory)]
    [InlineData("10gb@1 10gb@2 10gb@3 -10gb@4", "10gb:4", Misfit.None)]
    [InlineData("-0gb@1 -10gb@1", "10gb:1", Misfit.None)]
    [InlineData("0gb@1 -10gb@1", "10gb:1", Misfit.ProfileNotOffered)]
    public void Free_shares_that_cannot_be_are_left_out_and_used_ones_are_believed(string shares, string expected, Misfit fit)
    {
        var cluster = new ScenarioCluster([Mps with { Gpus = [shares.Split(' ')] }]);

        Assert.Equal([expected], Geometry.Of(cluster.State.Current.Find("n1")!));
        Assert.Equal(fit, cluster.Check("n1", "10gb"));
    }

    [Fact]
    public void Nothing_is_placed_beside_a_used_slice_of_which_nobody_knows_what_it_takes()
    {
        var node = new ScenarioCluster([Mig with { Gpus = [["2g.20gb@0"], ["-1g.5gb@0"]] }]).State.Current.Find("n1")!;

        Assert.Equal([true, false], node.Gpus.Select(gpu => gpu.IsLost));
        Assert.Equal(1, NodePlacer.Place(node, Draw.Pod("4g.24gb"), PlacementPolicy.Fragmentation)!.Slices[0].Gpu);
    }

    [Fact]
    public void A_relabelled_node_changes_sides_and_one_that_is_gone_serves_nobody()
    {
        Assert.Empty(new ScenarioCluster([]).State.Current.Nodes);
        var cluster = new ScenarioCluster([Mig]);
        Assert.Equal(PartitioningMode.Mig, cluster.State.Current.Find("n1")!.Mode);

        var relabelled = Mps.Document with { Metadata = Mps.Document.Metadata with { ResourceVersion = "2" } };
        cluster.State.Apply(new InformerEvent<NodeDocument>(false, [relabelled], []));
        Assert.Equal(PartitioningMode.Mps, cluster.State.Current.Find("n1")!.Mode);
        Assert.NotEqual(Misfit.None, cluster.Check("n1", "1g.6gb"));

        cluster.State.Apply(new InformerEvent<NodeDocument>(false, [], [relabelled]));
        Assert.True(cluster.State.Current.Find("n1") is null or { Obstacle: Misfit.NodeNotManaged });
    }

    /// <summary>nos counts running pods alone; here a bound pod takes its part until it has ended or is gone.</summary>
    [Fact]
    public void Every_bound_pod_takes_its_part_until_it_has_ended_or_is_gone()
    {
        var cluster = new ScenarioCluster([Mig, Mig with { Name = "n2" }]);
        Assert.Equal(8000, Room("n1"));

        Put(Bound("a", "100m", "n1", "Running"), Bound("b", "200m", "n1", null), Bound("c", "400m", "n2", "Pending"));
        Assert.Equal((7700, 7600), (Room("n1"), Room("n2")));

        Put(Bound("a", "100m", "n1", "Succeeded"));
        Assert.Equal(7800, Room("n1"));

        cluster.State.Apply(new InformerEvent<PodDocument>(false, [], [Bound("b", "200m", "n1", null), Bound("stranger", "1", "n1", null)]));
        Assert.Equal((8000, 7600), (Room("n1"), Room("n2")));

        Put(Bound("d", "1", null, "Pending"), Bound("e", "1", "elsewhere", "Running"));
        Assert.Equal((8000, 7600), (Room("n1"), Room("n2")));

        cluster.State.Apply(new InformerEvent<PodDocument>(true, [Bound("c", "400m", "n1", "Running")], []));
        Assert.Equal((7600, 8000), (Room("n1"), Room("n2")));

        long Room(string node) => cluster.State.Current.Find(node)!.Room.CpuMilli;

        void Put(params PodDocument[] pods) => cluster.State.Apply(new InformerEvent<PodDocument>(false, pods, []));
    }

    [Fact]
    public void A_pod_that_is_put_on_a_node_takes_its_slice_and_its_cpu()
    {
        var node = Draw.Node("n", Draw.Gpu(0, Draw.A30), Draw.Gpu(1, Draw.A30, "-1g.6gb@0", "-1g.6gb@1", "-1g.6gb@2"), Draw.Gpu(2, Draw.A30));
        var pod = new PendingPod { Uid = "p", Key = "p", Demand = PodDemand.Of([new ContainerDemand("c", ContainerKind.Main, Draw.Resource("1g.6gb"), 1)], new NodeRoom(1000, 0, 1)) };

        var after = Assert.Single(PartitioningPlanner.Plan(ClusterSnapshot.Of([node]), [pod], PlacementPolicy.Fragmentation).Nodes).After;

        Assert.Equal((1000, 1), (node.Room.CpuMilli - after.Room.CpuMilli, node.Room.Pods - after.Room.Pods));
        Assert.Equal((1, 2), (after.Gpus[1].Slices.Count(slice => !slice.IsFree), after.Gpus[1].Slices.Count(slice => slice.IsFree)));
        Assert.Equal("1g.6gb:3", Geometry.SumOf(after));
    }

    private static PodDocument Bound(string name, string cpu, string? node, string? phase)
    {
        var pod = new ScenarioPod { Name = $"ns/{name}", Containers = [$"cpu:{cpu}"] }.Document;
        return pod with { Spec = pod.Spec with { NodeName = node }, Status = new PodStatus { Phase = phase } };
    }
}
