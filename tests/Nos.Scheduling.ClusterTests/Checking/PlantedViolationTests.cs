using System.Text.Json.Nodes;
using Nos.Scheduling.ClusterTests.Harness;

namespace Nos.Scheduling.ClusterTests.Checking;

/// <summary>The checker finds what is planted, and nothing where nothing is.</summary>
public sealed class PlantedViolationTests
{
    private static readonly Dictionary<string, (Invariant Rule, Action<PlantedCluster> Break)> _planted = new()
    {
        ["an instance over another"] = (Invariant.SlicesOverlap, cluster => cluster.Cut("mig", 0, "0-2g.20gb-4", "2g.20gb", 4)),
        ["an instance over another, wanted only"] = (Invariant.SlicesOverlap, cluster => cluster.Cut("mig", 0, "0-1g.20gb-4", "1g.20gb", 4).State("Creating")),
        ["an instance over one on its way out"] = (Invariant.SlicesOverlap, cluster =>
        {
            cluster.Cut("mig", 1, "1-4g.40gb-0", "4g.40gb", 0);
            cluster.Gpu("mig", "spec", 1).RemoveAt(0);
            cluster.Gpu("mig", "status", 1)[0]!["state"] = "Deleting";
        }),
        ["an instance where none can begin"] = (Invariant.NoSuchPlace, cluster => cluster.Cut("mig", 1, "1-2g.20gb-3", "2g.20gb", 3)),
        ["a profile that the product lacks"] = (Invariant.NoSuchPlace, cluster => cluster.Cut("mig", 1, "1-6g.10gb-4", "6g.10gb", 4)),
        ["a MIG instance on a GPU without MIG"] = (Invariant.NoSuchPlace, cluster => cluster.Cut("mps", 0, "0-1g.10gb-0", "1g.10gb", 0)),
        ["one slice twice"] = (Invariant.ListedTwice, cluster => cluster.Gpu("mig", "status", 0).Add(cluster.Gpu("mig", "status", 0)[1]!.DeepClone())),
        ["one slice wanted twice"] = (Invariant.ListedTwice, cluster => cluster.Gpu("mig", "spec", 0).Add(cluster.Gpu("mig", "spec", 0)[1]!.DeepClone())),
        ["two instances with media engines"] = (Invariant.TooManyInstances, cluster =>
        {
            cluster.Cut("mig", 1, "1-1g.10gb.me-2", "1g.10gb+me", 2);
            cluster.Cut("mig", 1, "1-1g.10gb.me-3", "1g.10gb+me", 3);
        }),
        ["more compute than there is"] = (Invariant.TooMuchCompute, cluster =>
        {
            // 3g and 4g leave no compute, though a memory slice may be left on a product that says so.
            cluster.GpuNode("mig").At("status", "products", "0")!["memoryMiB"] = 100000;
            cluster.GpuNode("mig").At("status", "products", "0", "profiles", "5")!["memorySlices"] = 3;
            cluster.Cut("mig", 1, "1-4g.40gb-0", "4g.40gb", 0);
            cluster.Gpu("mig", "spec", 1).RemoveAt(0);
            cluster.Gpu("mig", "status", 1).RemoveAt(0);
            cluster.Cut("mig", 1, "1-3g.40gb-4", "3g.40gb", 4);
            cluster.Cut("mig", 1, "1-1g.10gb-3", "1g.10gb", 3);
        }),
        ["more memory than there is"] = (Invariant.TooMuchMemory, cluster =>
        {
            cluster.GpuNode("mig").At("status", "products", "0", "profiles", "0")!["memoryMiB"] = 65000;
            cluster.Cut("mig", 1, "1-1g.10gb-2", "1g.10gb", 2);
        }),
        ["shares larger than the GPU"] = (Invariant.TooMuchMemory, cluster => cluster.Cut("mps", 0, "0-7gb-0", 7)),
        ["too many clients"] = (Invariant.TooManyClients, cluster =>
        {
            cluster.GpuNode("mps").At("status", "products", "0")!["usableGB"] = 100;
            for (var number = 0; number < 47; number++)
            {
                cluster.Cut("mps", 0, $"0-1gb-{number}", 1);
            }
        }),
        ["more than all compute of an MPS GPU"] = (Invariant.TooMuchPercent, cluster => AskPercent(cluster, ("r", 60), ("s", 41))),
        ["clients of two users"] = (Invariant.MixedUids, cluster => cluster.Pod("s")["spec"]!["securityContext"]!["runAsUser"] = 1001),
        ["a bound pod without promise"] = (Invariant.PromiseMissing, cluster => cluster.Pod("q")["metadata"]!.AsObject().Remove("annotations")),
        ["a promise that makes no sense"] = (Invariant.PromiseMissing, cluster => cluster.Pod("q")["metadata"]!["annotations"]!["nos.nebuly.com/slices"] = "main=0/1g.10gb"),
        ["a promise of another shape"] = (Invariant.PromiseUnlikeLimits, cluster =>
        {
            cluster.Cut("mig", 1, "1-1g.20gb-4", "1g.20gb", 4);
            PlantedCluster.Bind(cluster.Pod("q"), "mig", "main=1/1g.20gb@4");
        }),
        ["a promise of too many"] = (Invariant.PromiseUnlikeLimits, cluster =>
        {
            cluster.Cut("mig", 1, "1-1g.10gb-4", "1g.10gb", 4);
            PlantedCluster.Bind(cluster.Pod("q"), "mig", "main=0/1g.10gb@0,main=1/1g.10gb@4");
        }),
        ["a promise to a container that does not ask"] = (Invariant.PromiseUnlikeLimits, cluster => PlantedCluster.Bind(cluster.Pod("q"), "mig", "other=0/1g.10gb@0")),
        ["a promise that the spec does not list"] = (Invariant.PromiseNotBorneOut, cluster => cluster.Gpu("mig", "spec", 0).RemoveAt(1)),
        ["a promise of what is not there"] = (Invariant.PromiseNotBorneOut, cluster =>
        {
            cluster.Gpu("mig", "status", 0).RemoveAt(1);
            cluster.Cut("mig", 0, "0-1g.10gb-1", "1g.10gb", 1);
        }),
        ["a promise of what is being made"] = (Invariant.PromiseNotBorneOut, cluster =>
        {
            cluster.Slice("mig", "0-1g.10gb-0").State("Creating");
            cluster.Cut("mig", 0, "0-1g.10gb-1", "1g.10gb", 1);
        }),
        ["a promise of what is another's"] = (Invariant.PromiseNotBorneOut, cluster =>
        {
            cluster.Cut("mig", 0, "0-1g.10gb-1", "1g.10gb", 1);
            cluster.Slice("mig", "0-1g.10gb-0").Use("x");
        }),
        ["one slice promised to two pods"] = (Invariant.PromisedTwice, cluster =>
        {
            PlantedCluster.Bind(cluster.AddPod("x", ("main", "nvidia.com/mig-1g.10gb", 1)), "mig", "main=0/1g.10gb@0");
            cluster.Cut("mig", 0, "0-1g.10gb-1", "1g.10gb", 1);
        }),
        ["one slice promised to two containers"] = (Invariant.PromisedTwice, cluster =>
        {
            PlantedCluster.Bind(cluster.AddPod("q", ("a", "nvidia.com/mig-1g.10gb", 1), ("b", "nvidia.com/mig-1g.10gb", 1)), "mig", "a=0/1g.10gb@0,b=0/1g.10gb@0");
            cluster.Cut("mig", 0, "0-1g.10gb-1", "1g.10gb", 1);
        }),
        ["fewer slices than bound pods need"] = (Invariant.TooFewSlices, cluster =>
        {
            // Their promises name one that has just been given away, and kubelet may swap: only the number tells.
            cluster.Cut("mig", 0, "0-1g.10gb-1", "1g.10gb", 1).Use("y");
            PlantedCluster.Bind(cluster.AddPod("x", ("main", "nvidia.com/mig-1g.10gb", 1)), "mig", "main=0/1g.10gb@1");
        }),
        ["a pod with more than it asks for"] = (Invariant.HoldsTooMany, cluster => cluster.Cut("mig", 1, "1-3g.40gb-4", "3g.40gb", 4).Use("p")),
        ["a pod with a slice of another node"] = (Invariant.HoldsTooMany, cluster =>
        {
            cluster.Slice("mps", "0-10gb-0").State("Free");
            cluster.Cut("mig", 1, "1-10gb-0", 10).Use("r");
        }),
        ["a reservation without end"] = (Invariant.ReservedTooLong, cluster => cluster.Slice("mig", "1-2g.20gb-0").KeepFor("w", PlantedCluster.Now.AddMinutes(5))),
        ["a kept slice that another was promised"] = (Invariant.ReservationIgnored, cluster =>
            PlantedCluster.Bind(cluster.AddPod("x", ("main", "nvidia.com/mig-2g.20gb", 1)), "mig", "main=1/2g.20gb@0")),
        ["more kept than asked for"] = (Invariant.ReservedTooMany, cluster => cluster.Cut("mig", 1, "1-2g.20gb-2", "2g.20gb", 2).KeepFor("w", PlantedCluster.Now.AddMinutes(1))),
        ["more cpu than the node has"] = (Invariant.NodeOvercommitted, cluster => cluster.Node("mig")["status"]!["allocatable"]!["cpu"] = "1900m"),
        ["more pods than the node takes"] = (Invariant.NodeOvercommitted, cluster => cluster.Node("mps")["status"]!["allocatable"]!["pods"] = "1"),
    };

    private static readonly Dictionary<string, (Invariant Rule, Action<PlantedCluster> Break)> _plantedAtRest = new()
    {
        ["a bound pod that nobody serves"] = (Invariant.PodNotServed, cluster => cluster.Slice("mig", "0-1g.10gb-0").Status["state"] = "Free"),
        ["a slice used by a pod that is no more"] = (Invariant.SliceLeaked, cluster => cluster.Cut("mig", 1, "1-1g.10gb-6", "1g.10gb", 6).Use("gone")),
        ["a slice used by a pod that has ended"] = (Invariant.SliceLeaked, cluster => cluster.Pod("p")["status"]!["phase"] = "Succeeded"),
        ["a pod with reservations on two nodes"] = (Invariant.ReservedOnTwoNodes, cluster =>
        {
            cluster.Pod("w")["spec"]!["containers"]!.AsArray().Add(PlantedCluster.Container(("b", "nvidia.com/gpu-1gb", 1)));
            cluster.Cut("mps", 0, "0-1gb-0", 1).KeepFor("w", PlantedCluster.Now.AddMinutes(1));
        }),
        ["a spec that the agent has not seen"] = (Invariant.NotConverged, cluster => cluster.GpuNode("mig")["metadata"]!["generation"] = 4),
        ["a slice that was never made"] = (Invariant.NotConverged, cluster => cluster.Cut("mig", 1, "1-1g.10gb-6", "1g.10gb", 6).State("Creating")),
        ["a slice that could not be made"] = (Invariant.NotConverged, cluster => cluster.Cut("mig", 1, "1-1g.10gb-6", "1g.10gb", 6).State("Failed")),
    };

    public static TheoryData<string> Planted => new(_planted.Keys);

    public static TheoryData<string> PlantedAtRest => new(_plantedAtRest.Keys);

    [Fact]
    public void Nothing_is_found_in_a_healthy_cluster()
    {
        var cluster = new PlantedCluster();
        Assert.Empty(Invariants.Broken(cluster.Reading()));

        cluster.Slice("mig", "0-1g.10gb-0").Use("q");
        Assert.Empty(Invariants.BrokenAtRest(cluster.Reading()));
    }

    [Theory]
    [MemberData(nameof(Planted))]
    public void At_every_moment_it_finds(string planted)
    {
        var (rule, breakIt) = _planted[planted];
        var cluster = new PlantedCluster();
        breakIt(cluster);

        var found = Invariants.Broken(cluster.Reading(), new CheckerSettings { KubeletSwaps = rule == Invariant.TooFewSlices });

        Assert.Equal([rule], found.Select(violation => violation.Rule).Distinct());
    }

    [Theory]
    [MemberData(nameof(PlantedAtRest))]
    public void At_rest_it_finds(string planted)
    {
        var (rule, breakIt) = _plantedAtRest[planted];
        var cluster = new PlantedCluster();
        cluster.Slice("mig", "0-1g.10gb-0").Use("q");
        breakIt(cluster);

        Assert.Equal([rule], Invariants.BrokenAtRest(cluster.Reading()).Select(violation => violation.Rule).Distinct());
        Assert.Empty(Invariants.Broken(cluster.Reading()));
    }

    [Fact]
    public void Over_time_it_finds_a_slice_that_was_made_anew_under_its_pod()
    {
        var (cluster, history) = (new PlantedCluster(), new SliceHistory());
        Assert.Empty(history.Add(cluster.Reading()));
        Assert.Empty(history.Add(cluster.Reading()));

        cluster.Slice("mig", "0-3g.40gb-4").Status["uuid"] = "MIG-another";
        cluster.Slice("mig", "0-1g.10gb-0").Status["uuid"] = "MIG-yet-another";
        cluster.Slice("mig", "1-2g.20gb-0").Status["uuid"] = "MIG-of-nobody";

        var found = history.Add(cluster.Reading());
        Assert.Equal([Invariant.SliceRemade, Invariant.SliceRemade], found.Select(violation => violation.Rule));
        Assert.Contains("team/p", found[0].Text, StringComparison.Ordinal);
        Assert.Contains("team/q", found[1].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_every_invariant_a_violation_is_planted_here() => Assert.Equal(
        Enum.GetValues<Invariant>(),
        _planted.Values.Concat(_plantedAtRest.Values).Select(one => one.Rule).Append(Invariant.SliceRemade).Distinct().Order());

    [Fact]
    public void What_is_under_way_or_over_is_no_violation()
    {
        var cluster = new PlantedCluster();
        cluster.Cut("mig", 1, "1-4g.40gb-0", "4g.40gb", 0).State("Creating");
        cluster.Gpu("mig", "spec", 1).RemoveAt(0);
        cluster.Gpu("mig", "status", 1)[0]!["state"] = "Deleting";
        Assert.Empty(Invariants.Broken(cluster.Reading()));

        // Owners of the past say nothing: the one is bound, the other gone, the third waits no longer.
        cluster = new PlantedCluster();
        cluster.Slice("mig", "0-3g.40gb-4").KeepFor("q", PlantedCluster.Now.AddMinutes(1));
        cluster.Slice("mig", "0-1g.10gb-0").KeepFor("gone", PlantedCluster.Now.AddMinutes(1));
        PlantedCluster.Bind(cluster.AddPod("x", ("main", "nvidia.com/mig-2g.20gb", 1)), "mig", "main=1/2g.20gb@0");
        cluster.Slice("mig", "1-2g.20gb-0").KeepFor("w", PlantedCluster.Now.AddSeconds(-1));
        Assert.Empty(Invariants.Broken(cluster.Reading()));
    }

    [Fact]
    public void An_init_container_may_use_the_slice_of_a_later_container()
    {
        var cluster = new PlantedCluster();
        var pod = cluster.AddPod("q", ("main", "nvidia.com/mig-1g.10gb", 1));
        pod["spec"]!["initContainers"] = new JsonArray(PlantedCluster.Container(("setup", "nvidia.com/mig-1g.10gb", 1)));

        PlantedCluster.Bind(pod, "mig", "main=0/1g.10gb@0,setup=0/1g.10gb@0");

        Assert.Empty(Invariants.Broken(cluster.Reading()));
    }

    private static void AskPercent(PlantedCluster cluster, params (string Pod, int Percent)[] asked)
    {
        foreach (var (pod, percent) in asked)
        {
            cluster.Pod(pod).At("spec", "containers", "0")!["env"] =
                new JsonArray(new JsonObject { ["name"] = "CUDA_MPS_ACTIVE_THREAD_PERCENTAGE", ["value"] = $"{percent}" });
        }
    }
}
