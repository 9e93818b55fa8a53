using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Cluster.State;
using Nos.Scheduling.Fitting;

namespace Nos.Scheduling.Tests.Cluster.State;

public sealed class ClusterStateTests
{
    private const string OneG = "nvidia.com/mig-1g.10gb";
    private readonly ClusterState state = new(TimeProvider.System);
    private readonly DateTimeOffset later = DateTimeOffset.UtcNow.AddMinutes(2);

    public ClusterStateTests()
    {
        state.Apply(new InformerEvent<NodeDocument>(true, [Facts.Node("n1"), Facts.Node("n2")], []));
        state.Apply(new InformerEvent<LeaseDocument>(true, [Facts.Lease("n1"), Facts.Lease("n2")], []));
        state.Apply(new InformerEvent<GpuNodeDocument>(true, [Facts.GpuNode([], [], "n1"), Facts.GpuNode([], [], "n2")], []));
    }

    [Fact]
    public void Keeps_one_place_a_pod_and_gives_the_first_up_for_another_node()
    {
        var pod = Waiting("p");

        Assert.Equal("n1", state.Reserve(pod, "n1", PlacementPolicy.Fragmentation, later).Reservation!.Node);
        Assert.Equal("....r...", Drawn("n1"));

        Assert.Equal("n2", state.Reserve(pod, "n2", PlacementPolicy.Fragmentation, later).Reservation!.Node);
        Assert.Equal("........", Drawn("n1"));
        Assert.Equal("....r...", Drawn("n2"));
    }

    [Fact]
    public void Answers_a_second_bind_of_the_same_pod_with_the_same_place()
    {
        var pod = Waiting("p");
        var first = state.Reserve(pod, "n1", PlacementPolicy.Fragmentation, later).Reservation!;

        var second = state.Reserve(pod, "n1", PlacementPolicy.Fragmentation, later).Reservation!;

        Assert.Equal(first.Placement.Slices[0].Id, second.Placement.Slices[0].Id);
    }

    [Fact]
    public void Never_keeps_one_slice_for_two_pods_however_many_ask_at_once()
    {
        var pods = Enumerable.Range(0, 40).Select(index => Waiting($"p{index}")).ToArray();

        var answers = pods.AsParallel().Select(pod => state.Reserve(pod, "n1", PlacementPolicy.Fragmentation, later)).ToArray();

        var kept = answers.Where(answer => answer.Reservation is not null).Select(answer => answer.Reservation!.Placement.Slices[0].Id).ToArray();
        Assert.Equal(14, kept.Length);
        Assert.Equal(14, kept.Distinct().Count());
        Assert.All(answers.Where(answer => answer.Reservation is null), answer => Assert.Equal(Misfit.NoOpenPlacement, answer.Misfit));
    }

    [Fact]
    public void Takes_a_bound_pods_promise_over_from_the_reservation_without_a_gap()
    {
        var reservation = state.Reserve(Waiting("p"), "n1", PlacementPolicy.Fragmentation, later).Reservation!;
        state.Apply(Facts.GpuNode(["0/1g.10gb@6"], ["0/1g.10gb@6"], "n1", generation: 2));

        state.Apply(new InformerEvent<PodDocument>(false, [Facts.Pod("p", "n1", reservation.Placement.Promise(reservation.Pod.Demand), "Pending", (OneG, 1))], []));

        Assert.Equal("......c.", Drawn("n1"));
        Assert.Null(state.FindReservation("uid-p"));
    }

    [Fact]
    public void Frees_a_place_when_its_pod_is_deleted()
    {
        state.Reserve(Waiting("p"), "n1", PlacementPolicy.Fragmentation, later);

        state.Apply(new InformerEvent<PodDocument>(false, [], [Facts.Pod("p", null, null, "Pending", (OneG, 1))]));

        Assert.Equal("........", Drawn("n1"));
    }

    [Fact]
    public void Restores_a_place_that_only_the_spec_remembers()
    {
        var spec = Facts.GpuNode(["0/1g.10gb@3"], ["0/1g.10gb@3"], "n1", generation: 2);
        spec.Spec.Gpus![0].Slices[0] = spec.Spec.Gpus[0].Slices[0] with { For = new SliceOwner { Uid = "uid-p", Until = later } };
        var pod = Waiting("p");
        state.Apply(spec);

        var reservation = state.Reserve(pod, "n1", PlacementPolicy.Fragmentation, later).Reservation!;

        Assert.Equal("0-1g.10gb-3", reservation.Placement.Slices[0].Id);
    }

    [Fact]
    public void Judges_cpu_memory_and_pods_again()
    {
        var hungry = Facts.Pod("hungry", null, null, "Pending", (OneG, 1));
        hungry.Spec.Containers[0] = hungry.Spec.Containers[0] with { Resources = hungry.Spec.Containers[0].Resources! with { Requests = new() { ["cpu"] = new("9") } } };

        Assert.Equal(Misfit.NodeResources, state.Reserve(PodRecords.Of(hungry)!, "n1", PlacementPolicy.Fragmentation, later).Misfit);
    }

    [Fact]
    public void Lets_a_node_rest_after_a_cut_failed_on_it()
    {
        var rest = state.Rest("n1", isSlow: false);

        Assert.Equal((1, TimeSpan.FromSeconds(10)), (rest.Failures, rest.Pause));
        Assert.Equal(Misfit.PartitioningBackoff, state.Reserve(Waiting("p"), "n1", PlacementPolicy.Fragmentation, later).Misfit);
        Assert.NotNull(state.Reserve(Waiting("p"), "n2", PlacementPolicy.Fragmentation, later).Reservation);
    }

    [Fact]
    public void A_spec_that_keeps_slices_where_the_pod_no_longer_goes_is_told_and_counts_no_more()
    {
        var pod = Waiting("p");
        state.Apply(UntilLater(Facts.GpuNode(["0/1g.10gb@3!uid-p"], ["0/1g.10gb@3"], "n1", generation: 2)));
        Assert.Equal("n1", state.KeptOn("uid-p"));
        Assert.False(state.NamesOwnersThatLeft("n1"));

        state.Reserve(pod, "n2", PlacementPolicy.Fragmentation, later);
        Assert.Equal(("...f....", "n2", true), (Drawn("n1"), state.KeptOn("uid-p"), state.NamesOwnersThatLeft("n1")));
        Assert.Null(state.SpecOf("n1", TimeSpan.FromMinutes(2))!.Value.Wanted[0].Slices[0].For);

        state.Apply(Facts.GpuNode(["0/1g.10gb@3"], ["0/1g.10gb@3"], "n1", generation: 3));
        Assert.False(state.NamesOwnersThatLeft("n1"));

        state.Apply(UntilLater(Facts.GpuNode(["0/1g.10gb@3!uid-p"], ["0/1g.10gb@3"], "n1", generation: 4)));
        state.Release("uid-p");
        Assert.Equal(("...f....", null), (Drawn("n1"), state.KeptOn("uid-p")));
    }

    [Fact]
    public void Tells_which_node_keeps_a_pods_slices_also_after_a_restart()
    {
        Waiting("p");
        Assert.Null(state.KeptOn("uid-p"));

        state.Apply(UntilLater(Facts.GpuNode(["0/1g.10gb@3!uid-p"], ["0/1g.10gb@3"], "n2", generation: 2)));
        Assert.Equal("n2", state.KeptOn("uid-p"));

        state.Apply(new InformerEvent<PodDocument>(false, [Facts.Pod("p", "n1", null, "Pending", (OneG, 1))], []));
        Assert.Null(state.KeptOn("uid-p"));
    }

    [Fact]
    public void Names_the_owner_of_a_slice_anew_only_when_half_its_time_is_over()
    {
        var pod = Waiting("p");
        var ttl = TimeSpan.FromMinutes(2);
        state.Reserve(pod, "n1", PlacementPolicy.Fragmentation, later);
        var first = state.SpecOf("n1", ttl)!.Value.Wanted;
        state.Apply(Facts.GpuNode([], [], "n1", generation: 2) with { Spec = new GpuNodeSpec { Mode = "MIG", Gpus = first } });

        Assert.True(GpuNodeSpecs.AreEqual(first, state.SpecOf("n1", ttl)!.Value.Wanted));
        Assert.True(GpuNodeSpecs.AreEqual(first, state.SpecOf("n1", TimeSpan.FromMinutes(3))!.Value.Wanted));
        Assert.False(GpuNodeSpecs.AreEqual(first, state.SpecOf("n1", TimeSpan.FromMinutes(5))!.Value.Wanted));
    }

    [Fact]
    public void Writes_nothing_about_a_GPU_that_the_report_does_not_show()
    {
        var gpuNode = Facts.GpuNode(["0/1g.10gb@3", "1/3g.40gb@4"], ["0/1g.10gb@3", "1/3g.40gb@4"], "n1", generation: 2);
        state.Apply(gpuNode with { Status = gpuNode.Status! with { Gpus = [gpuNode.Status.Gpus[0]] } });

        Assert.Equal(["0-1g.10gb-3", "1-3g.40gb-4"], Wanted("n1"));
    }

    [Fact]
    public void Wants_nothing_but_what_somebody_has_or_waits_for_once_the_label_is_gone()
    {
        state.Apply(Facts.GpuNode(["0/1g.10gb@0", "0/1g.10gb@1", "0/3g.40gb@4"], ["0/1g.10gb@0=Used:q", "0/1g.10gb@1", "0/3g.40gb@4"], "n1", generation: 2));
        state.Apply(new InformerEvent<PodDocument>(false, [Facts.Pod("q", "n1", null, "Running", (OneG, 1)), Facts.Pod("c", "n1", "main=0/1g.10gb@1", "Running", (OneG, 1))], []));
        Assert.Equal(["0-1g.10gb-0", "0-1g.10gb-1", "0-3g.40gb-4"], Wanted("n1"));

        var unlabelled = Facts.Node("n1");
        unlabelled.Metadata.Labels!.Remove("nos.nebuly.com/gpu-partitioning");
        state.Apply(new InformerEvent<NodeDocument>(false, [unlabelled], []));

        Assert.Equal(["0-1g.10gb-0", "0-1g.10gb-1"], Wanted("n1"));
    }

    [Fact]
    public void Ends_the_places_on_a_GpuNode_that_is_another_one_now()
    {
        state.Reserve(Waiting("p"), "n1", PlacementPolicy.Fragmentation, later);
        var anew = Facts.GpuNode([], [], "n1");

        state.Apply(anew with { Metadata = anew.Metadata with { Uid = "another", ResourceVersion = "7" } });

        Assert.Null(state.FindReservation("uid-p"));
        Assert.Equal("........", Drawn("n1"));
    }

    [Fact]
    public void Does_not_take_the_end_of_an_earlier_object_for_the_end_of_its_successor()
    {
        var anew = Facts.GpuNode([], [], "n1");
        state.Apply(anew with { Metadata = anew.Metadata with { Uid = "another", ResourceVersion = "7" } });

        state.Apply(new InformerEvent<GpuNodeDocument>(false, [], [anew with { Metadata = anew.Metadata with { ResourceVersion = "6" } }]));
        Assert.Equal("another", state.FindGpuNode("n1")!.Metadata.Uid);

        state.Apply(new InformerEvent<GpuNodeDocument>(false, [anew with { Metadata = anew.Metadata with { ResourceVersion = "5" } }], []));
        Assert.Equal("another", state.FindGpuNode("n1")!.Metadata.Uid);
    }

    [Fact]
    public void Keeps_the_place_on_a_node_that_is_not_ready_for_the_moment()
    {
        var pod = Waiting("p");
        state.Reserve(pod, "n1", PlacementPolicy.Fragmentation, later);
        state.Apply(new InformerEvent<NodeDocument>(false, [Facts.Node("n1") with { Spec = new NodeSpec { Unschedulable = true } }], []));

        Assert.Equal(Misfit.NodeNotReady, state.Reserve(pod, "n1", PlacementPolicy.Fragmentation, later).Misfit);
        Assert.Equal("n1", state.FindReservation("uid-p")?.Node);
        Assert.Equal("....r...", Drawn("n1"));
    }

    [Fact]
    public void Does_not_go_back_in_time_when_a_watch_lags_behind_a_write()
    {
        var newer = Facts.GpuNode(["0/1g.10gb@0"], ["0/1g.10gb@0"], "n1", generation: 3);
        state.Apply(newer with { Metadata = newer.Metadata with { ResourceVersion = "30" } });

        var older = Facts.GpuNode([], [], "n1", generation: 2);
        state.Apply(new InformerEvent<GpuNodeDocument>(false, [older with { Metadata = older.Metadata with { ResourceVersion = "20" } }], []));

        Assert.Equal("f.......", Drawn("n1"));
    }

    [Fact]
    public void Hears_of_leases_before_any_node()
    {
        var empty = new ClusterState(TimeProvider.System);

        empty.Apply(new InformerEvent<LeaseDocument>(true, [Facts.Lease("nobody")], []));

        Assert.Empty(empty.Current.Nodes);
    }

    [Fact]
    public void Forgets_a_node_that_a_new_list_no_longer_has()
    {
        state.Apply(new InformerEvent<NodeDocument>(true, [Facts.Node("n1")], []));
        state.Apply(new InformerEvent<GpuNodeDocument>(true, [Facts.GpuNode([], [], "n1")], []));

        Assert.Null(state.Current.Find("n2"));
        Assert.NotNull(state.Current.Find("n1"));
    }

    private string[] Wanted(string node) => [.. state.SpecOf(node, TimeSpan.FromMinutes(2))!.Value.Wanted.SelectMany(gpu => gpu.Slices).Select(slice => slice.Id)];

    /// <summary>Documents are dated by a clock of their own, these tests by the real one.</summary>
    private GpuNodeDocument UntilLater(GpuNodeDocument gpuNode)
    {
        foreach (var gpu in gpuNode.Spec.Gpus!)
        {
            for (var place = 0; place < gpu.Slices.Length; place++)
            {
                gpu.Slices[place] = gpu.Slices[place] with { For = gpu.Slices[place].For! with { Until = later } };
            }
        }

        return gpuNode;
    }

    private PodRecord Waiting(string name)
    {
        var pod = Facts.Pod(name, null, null, "Pending", (OneG, 1));
        state.Apply(new InformerEvent<PodDocument>(false, [pod], []));
        return state.FindPod($"uid-{name}")!;
    }

    private string Drawn(string node) => Facts.Drawn(state.Current.Find(node)!.Gpus[0]);
}
