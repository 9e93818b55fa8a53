using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Cluster.State;
using Nos.Scheduling.Fitting;
using Nos.Scheduling.Tests.Agent;

namespace Nos.Scheduling.Tests.Cluster.State;

/// <summary>Two servers that both decide: what is in the spec counts, for both.</summary>
public sealed class ContestTests
{
    private const string OneG = "nvidia.com/mig-1g.10gb";
    private readonly ManualClock clock = new();
    private readonly ClusterState state;

    public ContestTests()
    {
        state = new ClusterState(clock);
        state.Apply(new InformerEvent<NodeDocument>(true, [Facts.Node("n1"), Facts.Node("n2")], []));
        state.Apply(new InformerEvent<LeaseDocument>(true, [Facts.Lease("n1"), Facts.Lease("n2")], []));
        state.Apply(new InformerEvent<GpuNodeDocument>(true, [Free("n1"), Free("n2")], []));
        state.Contest(true);
    }

    private DateTimeOffset Later => clock.GetUtcNow().AddMinutes(2);

    [Fact]
    public void A_reservation_that_is_not_in_the_spec_has_lost_against_an_owner_that_is()
    {
        Reserve("ours", "n1");
        Assert.Equal("r.......", Drawn("n1"));
        Waiting("theirs");

        state.Apply(Owned("n1", "uid-theirs"));

        Assert.DoesNotContain("uid-ours", Owners("n1"));
        Assert.Contains("uid-theirs", Owners("n1"));
        Assert.DoesNotContain("uid-ours", Written("n1"));
    }

    [Fact]
    public void An_owner_of_whom_our_watch_has_not_told_yet_keeps_his_slice_until_his_time_is_up()
    {
        state.Apply(Owned("n1", "uid-unknown"));

        Assert.Equal("r.......", Drawn("n1"));
        Assert.Contains("uid-unknown", Written("n1"));
        clock.Advance(121);
        state.Tick();
        Assert.Equal("f.......", Drawn("n1"));
    }

    [Fact]
    public void An_owner_who_was_seen_to_go_keeps_nothing()
    {
        Waiting("theirs");
        state.Apply(Owned("n1", "uid-theirs"));
        Assert.Equal("r.......", Drawn("n1"));

        state.Apply(new InformerEvent<PodDocument>(false, [], [Facts.Pod("theirs", null, null, "Pending", (OneG, 1))]));

        Assert.Equal("f.......", Drawn("n1"));
        Assert.DoesNotContain("uid-theirs", Written("n1"));
    }

    [Fact]
    public void A_pod_about_which_we_had_decided_keeps_what_the_other_wrote_for_it()
    {
        Reserve("theirs", "n2");
        state.Release("uid-theirs");

        state.Apply(Owned("n1", "uid-theirs"));

        Assert.Equal("r.......", Drawn("n1"));
    }

    [Fact]
    public void A_place_that_is_kept_much_longer_in_memory_than_in_the_spec_is_written_down_again()
    {
        Reserve("ours", "n1");
        state.Apply(Owned("n1", "uid-ours"));
        clock.Advance(60);
        Reserve("ours", "n1");
        Assert.Equal(clock.GetUtcNow().AddSeconds(60), Until("n1"));

        clock.Advance(1);
        Reserve("ours", "n1");

        Assert.Equal(Later, Until("n1"));
    }

    [Fact]
    public void When_the_contest_ends_what_we_decided_counts_again()
    {
        Reserve("theirs", "n2");
        state.Release("uid-theirs");
        state.Apply(Owned("n1", "uid-theirs"));

        state.Contest(false);

        Assert.Equal("f.......", Drawn("n1"));
    }

    [Fact]
    public void A_term_begins_from_what_the_specs_say()
    {
        state.Contest(false);
        state.Apply(Owned("n1", "uid-p"));
        Reserve("p", "n2");
        Assert.Equal(("f.......", "r......."), (Drawn("n1"), Drawn("n2")));

        state.Forget();

        Assert.Null(state.FindReservation("uid-p"));
        Assert.Equal(("r.......", "f......."), (Drawn("n1"), Drawn("n2")));
    }

    private static GpuNodeDocument Free(string node) => Facts.GpuNode(["0/1g.10gb@0"], ["0/1g.10gb@0"], node, gpus: 1);

    private GpuNodeDocument Owned(string node, string uid)
    {
        var owned = Free(node);
        owned.Spec.Gpus![0].Slices[0] = owned.Spec.Gpus[0].Slices[0] with { For = new SliceOwner { Uid = uid, Until = Later } };
        return owned with { Metadata = owned.Metadata with { ResourceVersion = "2", Generation = 2 } };
    }

    private void Waiting(string name) => state.Apply(new InformerEvent<PodDocument>(false, [Facts.Pod(name, null, null, "Pending", (OneG, 1))], []));

    private void Reserve(string name, string node)
    {
        Waiting(name);
        Assert.NotNull(state.Reserve(state.FindPod($"uid-{name}")!, node, PlacementPolicy.Fragmentation, Later).Reservation);
    }

    private string Drawn(string node) => Facts.Drawn(state.Current.Find(node)!.Gpus[0]);

    private IEnumerable<string?> Owners(string node) => state.Current.Find(node)!.Gpus[0].Slices.Select(slice => slice.OwnerUid);

    private IEnumerable<string?> Written(string node) => state.SpecOf(node, TimeSpan.FromMinutes(2))!.Value.Wanted[0].Slices.Select(slice => slice.For?.Uid);

    private DateTimeOffset? Until(string node) => state.SpecOf(node, TimeSpan.FromMinutes(2))!.Value.Wanted[0].Slices[0].For?.Until;
}
