using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Cluster.State;
using Nos.Scheduling.Fitting;
using Nos.Scheduling.Tests.Agent;

namespace Nos.Scheduling.Tests.Cluster.State;

/// <summary>What keeps a place for a pod: this server's reservation, and the spec only where this server has not decided.</summary>
public sealed class ReservationTests
{
    private const string OneG = "nvidia.com/mig-1g.10gb";
    private readonly ManualClock clock = new();
    private readonly ClusterState state;

    public ReservationTests()
    {
        state = new ClusterState(clock);
        state.Apply(new InformerEvent<NodeDocument>(true, [Facts.Node("n1"), Facts.Node("n2")], []));
        state.Apply(new InformerEvent<LeaseDocument>(true, [Facts.Lease("n1"), Facts.Lease("n2")], []));
        state.Apply(new InformerEvent<GpuNodeDocument>(true, [Facts.GpuNode([], [], "n1"), Facts.GpuNode([], [], "n2")], []));
    }

    private DateTimeOffset Later => clock.GetUtcNow().AddMinutes(2);

    [Fact]
    public void A_place_on_another_node_frees_the_first_though_its_spec_still_names_the_pod()
    {
        var pod = Waiting("p");
        var first = Reserve(pod, "n1");
        state.Apply(Owned("n1", first.Placement.Slices[0].Id, "uid-p"));
        Assert.Equal("....r...", Drawn("n1"));

        Reserve(pod, "n2");

        Assert.Equal("....f...", Drawn("n1"));
        Assert.Equal("....r...", Drawn("n2"));
    }

    [Fact]
    public void A_place_elsewhere_frees_what_only_specs_of_an_earlier_server_kept()
    {
        state.Apply(Owned("n1", "0-1g.10gb-3", "uid-p"));
        var pod = Waiting("p");
        Assert.Equal("...r....", Drawn("n1"));

        Reserve(pod, "n2");

        Assert.Equal("...f....", Drawn("n1"));
    }

    [Fact]
    public void What_only_a_spec_keeps_is_freed_when_its_pod_goes_or_is_bound_elsewhere()
    {
        state.Apply(Owned("n1", "0-1g.10gb-3", "uid-p"));
        state.Apply(Owned("n2", "0-1g.10gb-3", "uid-q"));
        Waiting("p");
        Waiting("q");
        Assert.Equal("...r.... ...r....", $"{Drawn("n1")} {Drawn("n2")}");

        state.Apply(new InformerEvent<PodDocument>(false, [Facts.Pod("q", "n1", null, "Running", ("cpu", 1))], [Facts.Pod("p", null, null, "Pending", (OneG, 1))]));

        Assert.Equal("...f.... ...f....", $"{Drawn("n1")} {Drawn("n2")}");
    }

    [Fact]
    public void A_released_place_is_not_kept_by_the_spec()
    {
        var pod = Waiting("p");
        var first = Reserve(pod, "n1");
        state.Apply(Owned("n1", first.Placement.Slices[0].Id, "uid-p"));

        state.Release("uid-p");

        Assert.Equal("....f...", Drawn("n1"));
    }

    [Fact]
    public void A_spec_that_names_a_pod_which_gave_its_place_up_is_found_until_it_is_rewritten()
    {
        var pod = Waiting("p");
        var first = Reserve(pod, "n1");
        state.Apply(Owned("n1", first.Placement.Slices[0].Id, "uid-p"));
        Assert.False(state.NamesOwnersThatLeft("n1"));

        Reserve(pod, "n2");

        Assert.True(state.NamesOwnersThatLeft("n1"));
        var (_, wanted) = state.SpecOf("n1", TimeSpan.FromMinutes(2))!.Value;
        Assert.Null(Assert.Single(wanted[0].Slices).For);
        state.Apply(Owned("n1", first.Placement.Slices[0].Id, null));
        Assert.False(state.NamesOwnersThatLeft("n1"));
    }

    [Fact]
    public void A_spec_whose_owners_are_gone_or_bound_there_or_out_of_time_is_left_to_the_next_write()
    {
        state.Apply(Owned("n1", "0-1g.10gb-3", "uid-gone"));
        Assert.False(state.NamesOwnersThatLeft("n1"));

        state.Apply(Owned("n1", "0-1g.10gb-3", "uid-p"));
        state.Apply(new InformerEvent<PodDocument>(false, [Facts.Pod("p", "n1", null, "Running", ("cpu", 1))], []));
        Assert.False(state.NamesOwnersThatLeft("n1"));

        var waiting = Waiting("w");
        state.Apply(Owned("n2", "0-1g.10gb-3", "uid-w"));
        Reserve(waiting, "n1");
        Assert.True(state.NamesOwnersThatLeft("n2"));
        clock.Advance(180);
        Assert.False(state.NamesOwnersThatLeft("n2"));
    }

    [Fact]
    public void A_place_whose_Binding_was_sent_outlives_its_time_until_the_pod_is_seen_bound()
    {
        var reservation = Reserve(Waiting("p"), "n1");

        Assert.True(state.TryPost(reservation, clock.GetUtcNow().AddMinutes(15)));
        clock.Advance(600);
        Renew();
        state.Tick();

        Assert.Equal("....r...", Drawn("n1"));
        state.Apply(new InformerEvent<PodDocument>(false, [Facts.Pod("p", "n1", null, "Running", ("cpu", 1))], []));
        Assert.Equal("........", Drawn("n1"));
    }

    [Fact]
    public void A_place_whose_Binding_came_to_nothing_ends_in_its_time()
    {
        var reservation = Reserve(Waiting("p"), "n1");
        state.TryPost(reservation, clock.GetUtcNow().AddMinutes(15));

        state.TakeBack("uid-p", Later);
        clock.Advance(121);
        Renew();
        state.Tick();

        Assert.Equal("........", Drawn("n1"));
    }

    [Fact]
    public void No_Binding_is_sent_for_a_place_that_is_no_longer_the_pods()
    {
        var pod = Waiting("p");
        var first = Reserve(pod, "n1");
        Reserve(pod, "n2");

        Assert.False(state.TryPost(first, Later));

        var expired = Reserve(Waiting("q"), "n1");
        clock.Advance(121);
        state.Tick();
        Assert.False(state.TryPost(expired, Later));
    }

    private Reservation Reserve(PodRecord pod, string node) => state.Reserve(pod, node, PlacementPolicy.Fragmentation, Later).Reservation!;

    private void Renew() => state.Apply(new InformerEvent<LeaseDocument>(false, [Facts.Lease("n1", "2"), Facts.Lease("n2", "2")], []));

    private PodRecord Waiting(string name)
    {
        state.Apply(new InformerEvent<PodDocument>(false, [Facts.Pod(name, null, null, "Pending", (OneG, 1))], []));
        return state.FindPod($"uid-{name}")!;
    }

    private GpuNodeDocument Owned(string node, string id, string? owner)
    {
        var slice = $"0/1g.10gb@{id[^1]}";
        var gpuNode = Facts.GpuNode([slice], [slice], node, generation: 2);
        gpuNode.Spec.Gpus![0].Slices[0] = gpuNode.Spec.Gpus[0].Slices[0] with { For = owner is null ? null : new SliceOwner { Uid = owner, Until = Later } };
        return gpuNode;
    }

    private string Drawn(string node) => Facts.Drawn(state.Current.Find(node)!.Gpus[0]);
}
