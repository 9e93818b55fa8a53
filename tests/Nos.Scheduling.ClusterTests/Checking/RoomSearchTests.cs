namespace Nos.Scheduling.ClusterTests.Checking;

/// <summary>"No waiting pod would still fit" is answered by trying; here it is seen to find room and to respect what is held.</summary>
public sealed class RoomSearchTests
{
    [Fact]
    public void A_pod_that_waits_beside_an_empty_GPU_is_named_with_the_place()
    {
        var cluster = new PlantedCluster();
        cluster.AddPod("x", ("main", "nvidia.com/mig-3g.40gb", 1));

        Assert.Equal(
            ["team/w waits, and would fit on mig: 0-2g.20gb-2", "team/x waits, and would fit on mig: 1-3g.40gb-4"],
            Invariants.WouldFit(cluster.Reading()).Order());
    }

    [Theory]
    [InlineData("nvidia.com/mig-7g.80gb")]
    [InlineData("nvidia.com/mig-4g.40gb")]
    [InlineData("nvidia.com/gpu-7gb")]
    [InlineData("nvidia.com/mig-6g.80gb")]
    public void What_is_used_promised_or_kept_is_no_room(string resource)
    {
        var cluster = new PlantedCluster();
        cluster.RemovePod("p");
        cluster.AddPod("p2", ("main", "nvidia.com/mig-3g.40gb", 1));
        PlantedCluster.Bind(cluster.Pod("p2"), "mig", "main=0/3g.40gb@4");
        cluster.Slice("mig", "0-3g.40gb-4").Use("p2");
        cluster.AddPod("x", ("main", resource, 1));

        Assert.DoesNotContain(Invariants.WouldFit(cluster.Reading()), found => found.StartsWith("team/x ", StringComparison.Ordinal));
    }

    [Fact]
    public void A_free_slice_is_room_for_another_shape()
    {
        var cluster = new PlantedCluster();
        cluster.RemovePod("w");
        cluster.AddPod("x", ("main", "nvidia.com/mig-7g.80gb", 1));

        Assert.Equal(["team/x waits, and would fit on mig: 1-7g.80gb-0"], Invariants.WouldFit(cluster.Reading()));
    }

    [Fact]
    public void What_is_kept_for_the_pod_itself_is_room_for_it_and_for_nobody_else()
    {
        var cluster = new PlantedCluster();
        cluster.RemovePod("w");
        cluster.AddPod("w", ("main", "nvidia.com/mig-7g.80gb", 1));
        cluster.AddPod("x", ("main", "nvidia.com/mig-7g.80gb", 1));
        cluster.Gpu("mig", "spec", 1).Clear();
        cluster.Gpu("mig", "status", 1).Clear();
        cluster.Cut("mig", 1, "1-7g.80gb-0", "7g.80gb", 0).KeepFor("w", PlantedCluster.Now.AddMinutes(1));

        Assert.Equal(["team/w waits, and would fit on mig: 1-7g.80gb-0"], Invariants.WouldFit(cluster.Reading()));
    }

    [Fact]
    public void A_reservation_that_has_run_out_keeps_nothing()
    {
        var cluster = new PlantedCluster();
        cluster.AddPod("x", ("main", "nvidia.com/mig-7g.80gb", 1));

        Assert.Contains("team/x waits, and would fit on mig: 1-7g.80gb-0", Invariants.WouldFit(cluster.Reading(PlantedCluster.Now.AddSeconds(61))));
    }

    [Theory]
    [InlineData(2, "")]
    [InlineData(1, "1-3g.40gb-4")]
    public void Slices_of_one_pod_are_placed_together(int count, string expected)
    {
        var cluster = new PlantedCluster();
        cluster.RemovePod("w");
        cluster.AddPod("w2", ("main", "nvidia.com/mig-2g.20gb", 1));
        PlantedCluster.Bind(cluster.Pod("w2"), "mig", "main=1/2g.20gb@0");
        cluster.AddPod("x", ("main", "nvidia.com/mig-3g.40gb", count));

        Assert.Equal(expected.Length == 0 ? [] : [$"team/x waits, and would fit on mig: {expected}"], Invariants.WouldFit(cluster.Reading()));
    }

    [Fact]
    public void Slices_of_one_pod_may_be_on_two_GPUs()
    {
        var cluster = new PlantedCluster();
        cluster.RemovePod("p");
        cluster.Slice("mig", "0-3g.40gb-4").State("Free");
        cluster.AddPod("x", ("a", "nvidia.com/mig-3g.40gb", 1), ("b", "nvidia.com/mig-3g.40gb", 1));

        Assert.Contains("team/x waits, and would fit on mig: 0-3g.40gb-4, 1-3g.40gb-4", Invariants.WouldFit(cluster.Reading()));
    }

    [Fact]
    public void An_MPS_GPU_takes_what_memory_compute_and_uid_allow()
    {
        var cluster = new PlantedCluster();
        cluster.RemovePod("w");
        foreach (var (name, gigabytes, user) in new[] { ("fits", 6, 1000), ("large", 7, 1000), ("stranger", 1, 1001) })
        {
            cluster.AddPod(name, ("main", $"nvidia.com/gpu-{gigabytes}gb", 1))["spec"]!["securityContext"] = new System.Text.Json.Nodes.JsonObject { ["runAsUser"] = user };
        }

        Assert.Equal(["team/fits waits, and would fit on mps: 0-6gb-new2"], Invariants.WouldFit(cluster.Reading()));
    }

    [Fact]
    public void A_node_that_offers_nothing_has_no_room()
    {
        Action<PlantedCluster>[] obstacles =
        [
            cluster => cluster.Node("mig")["spec"]!["unschedulable"] = true,
            cluster => cluster.Node("mig")["metadata"]!["labels"] = null,
            cluster => cluster.Node("mig")["status"]!["allocatable"]!["nvidia.com/gpu"] = "8",
            cluster => cluster.Node("mig")["status"]!["allocatable"]!["cpu"] = "2",
            cluster => cluster.GpuNode("mig")["spec"]!.AsObject().Remove("gpus"),
            cluster => cluster.GpuNode("mig")["status"]!["conditions"]![0]!["status"] = "False",
            cluster => cluster.Pod("w")["spec"]!["nodeSelector"] = new System.Text.Json.Nodes.JsonObject { ["zone"] = "a" },
        ];
        Assert.NotEmpty(Invariants.WouldFit(new PlantedCluster().Reading()));
        Assert.All(obstacles, obstacle =>
        {
            var cluster = new PlantedCluster();
            obstacle(cluster);
            Assert.Empty(Invariants.WouldFit(cluster.Reading()));
        });

        Assert.Empty(Invariants.WouldFit(new PlantedCluster().Reading(PlantedCluster.Now.AddSeconds(81))));
    }
}
