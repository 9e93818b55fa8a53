namespace Nos.Scheduling.Tests.Server.Controllers;

public sealed class ReactivePartitionerTests : IDisposable
{
    private ReactiveCluster cluster = new("n1");

    public void Dispose() => cluster.Dispose();

    [Fact]
    public async Task Cuts_what_the_batch_needs_in_one_write_a_node_and_says_for_whom()
    {
        await Given(("a", "1g.10gb"), ("b", "2g.20gb"), ("c", "4g.40gb"), ("d", "4g.40gb"));

        Assert.True(await Round());

        Assert.Equal("4g.40gb@0!c 2g.20gb@4!b 1g.10gb@6!a", await cluster.Spec("n1"));
        Assert.Equal(2, await cluster.Writes());
    }

    [Fact]
    public async Task The_same_state_gives_the_same_plan_and_no_write()
    {
        await Given(("a", "1g.10gb"), ("d", "7g.80gb"));
        await Round();
        var (spec, writes) = (await cluster.Spec("n1"), await cluster.Writes());

        await Round();
        await cluster.Act("n1");
        await Round();

        Assert.Equal((spec, writes), (await cluster.Spec("n1"), await cluster.Writes()));
    }

    [Fact]
    public async Task A_pod_that_finds_a_free_slice_is_no_reason_to_write()
    {
        await Given(("a", "1g.10gb"));
        await Round();
        await cluster.Act("n1");
        cluster.Gone("a");
        var writes = await cluster.Writes();

        cluster.Waiting(("b", "1g.10gb"));
        await Round();

        Assert.Equal(writes, await cluster.Writes());
        Assert.NotNull(cluster.State.FindReservation("uid-b"));
    }

    [Fact]
    public async Task Free_slices_are_cut_anew_for_a_second_wave_and_used_ones_are_never_touched()
    {
        await Given(("a", "1g.10gb"), ("b", "2g.20gb"));
        await Round();
        var used = cluster.State.FindReservation("uid-a")!.Placement.Slices[0];
        await cluster.Act("n1");
        cluster.Bind("a", "1g.10gb", "n1");
        cluster.Gone("b");
        await cluster.Act("n1", used: $"{used.Id}=a");

        cluster.Waiting(("c", "4g.40gb"), ("d", "4g.40gb"));
        await Round();

        Assert.Equal($"4g.40gb@0!c 1g.10gb@{used.Shape.Start}!a", await cluster.Spec("n1"));
        Assert.Null(cluster.State.FindReservation("uid-d"));
        Assert.Equal(("d", "NoOpenPlacement", "No slices can be cut for it now: 1 NoOpenPlacement."), cluster.Told.Select(told => (told.Name, told.Reason, told.Message)).Single());
    }

    [Fact]
    public async Task A_silent_node_is_not_waited_for_and_its_pods_go_elsewhere()
    {
        cluster.Dispose();
        cluster = new ReactiveCluster("n1", "n2");
        await Given(("a", "7g.80gb"), ("b", "7g.80gb"));
        await Round();
        await cluster.Act("n2");

        cluster.Advance(ReactiveCluster.BindWait.TotalSeconds + 1);
        Assert.True(await cluster.Partitioner.ReviewAsync(CancellationToken.None));

        Assert.False(cluster.Partitioner.IsWatching);
        Assert.Null(cluster.State.FindReservation("uid-a"));
        Assert.NotNull(cluster.State.FindReservation("uid-b"));
        Assert.Equal("PartitioningBackoff", cluster.State.Current.Find("n1")!.Obstacle.ToString());
        cluster.Gone("b");
        await Round();
        Assert.Equal("n2", cluster.State.FindReservation("uid-a")!.Node);
    }

    [Fact]
    public async Task A_node_that_makes_one_slice_after_the_other_is_given_the_time()
    {
        await Given(("a", "1g.10gb"), ("b", "2g.20gb"));
        await Round();
        cluster.Advance(9);
        await cluster.Act("n1", failed: "none");
        Assert.False(await cluster.Partitioner.ReviewAsync(CancellationToken.None));

        Assert.False(cluster.Partitioner.IsWatching);
        Assert.Equal("None", cluster.State.Current.Find("n1")!.Obstacle.ToString());
    }

    [Fact]
    public async Task A_slice_that_cannot_be_made_leaves_the_spec_and_the_pod_goes_elsewhere()
    {
        cluster.Dispose();
        cluster = new ReactiveCluster("n1", "n2");
        await Given(("a", "7g.80gb"));
        await Round();
        await cluster.Act("n1", failed: "0-7g.80gb-0");

        Assert.True(await cluster.Partitioner.ReviewAsync(CancellationToken.None));
        await Round();

        Assert.Equal("", await cluster.Spec("n1"));
        Assert.Equal("7g.80gb@0!a", await cluster.Spec("n2"));
    }

    [Fact]
    public async Task A_pod_that_is_not_bound_though_its_slice_is_there_lets_others_try()
    {
        await Given(("a", "7g.80gb"));
        await Round();
        await cluster.Act("n1");
        cluster.Waiting(("b", "4g.40gb"));
        await Round();
        Assert.Null(cluster.State.FindReservation("uid-b"));

        cluster.Advance(ReactiveCluster.Ttl.TotalSeconds);
        await Round();

        Assert.Equal("4g.40gb@0!b", await cluster.Spec("n1"));
        Assert.Null(cluster.State.FindReservation("uid-a"));
    }

    [Fact]
    public async Task A_pod_bound_elsewhere_meanwhile_keeps_no_place()
    {
        await Given(("a", "1g.10gb"));
        await Round();
        await cluster.Act("n1");
        cluster.Bind("a", "1g.10gb", "elsewhere");

        cluster.Waiting(("b", "7g.80gb"));
        await Round();

        Assert.Equal("7g.80gb@0!b", await cluster.Spec("n1"));
    }

    [Fact]
    public async Task Nobody_waits_when_all_are_bound()
    {
        await Given(("a", "1g.10gb"));
        Assert.True(await Round());
        await cluster.Act("n1");
        cluster.Bind("a", "1g.10gb", "n1");

        Assert.False(await Round());
    }

    private async Task Given(params (string Name, string Profile)[] pods)
    {
        await cluster.Sync();
        cluster.Waiting(pods);
    }

    private Task<bool> Round() => cluster.Partitioner.RoundAsync(CancellationToken.None);
}
