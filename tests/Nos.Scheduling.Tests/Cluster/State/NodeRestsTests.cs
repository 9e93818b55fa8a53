using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Cluster.State;
using Nos.Scheduling.Tests.Agent;

namespace Nos.Scheduling.Tests.Cluster.State;

public sealed class NodeRestsTests
{
    private readonly ManualClock clock = new();
    private readonly NodeRests rests;

    public NodeRestsTests() => rests = new NodeRests(clock);

    [Fact]
    public void Each_failure_doubles_the_pause_up_to_five_minutes_and_a_success_begins_anew()
    {
        Assert.Equal([10, 20, 40, 80, 160, 300, 300, 300], Enumerable.Range(0, 8).Select(_ => FailAfterRest()));

        rests.Forget("n1");
        Assert.Equal([10, 20], Enumerable.Range(0, 2).Select(_ => FailAfterRest()));
    }

    [Fact]
    public void Cuts_that_fail_together_are_one_failure()
    {
        var first = rests.Fail("n1", null);
        clock.Advance(9);

        Assert.Equal(first, rests.Fail("n1", null));
        Assert.Equal(first, rests.Find("n1"));
    }

    [Fact]
    public void A_rest_ends_once_and_for_that_node_alone()
    {
        rests.Fail("n1", null);
        clock.Advance(5);
        rests.Fail("n2", null);
        Assert.Empty(rests.NewlyEnded());

        clock.Advance(5);
        Assert.Equal(["n1"], rests.NewlyEnded());
        Assert.Null(rests.Find("n1"));
        Assert.NotNull(rests.Find("n2"));
        Assert.Empty(rests.NewlyEnded());
    }

    [Fact]
    public void A_success_ends_the_rest()
    {
        rests.Fail("n1", null);

        Assert.True(rests.Forget("n1"));
        Assert.Null(rests.Find("n1"));
        Assert.False(rests.Forget("n1"));
    }

    [Fact]
    public void What_failed_is_remembered_beyond_the_rest()
    {
        rests.Fail("n1", null);
        clock.Advance(1000);
        rests.NewlyEnded();

        Assert.Equal(2, rests.Fail("n1", null).Failures);
    }

    private double FailAfterRest()
    {
        var rest = rests.Fail("n1", null);
        clock.Advance(rest.Pause.TotalSeconds);
        rests.NewlyEnded();
        return rest.Pause.TotalSeconds;
    }

    [Fact]
    public void An_agent_that_was_only_slow_ends_the_rest_when_it_has_caught_up_and_not_before()
    {
        rests.Fail("n1", 7);
        rests.Fail("n1", 9);

        rests.See("n1", GpuNode(observed: 8));
        rests.See("n1", GpuNode(observed: 9, "0/1g.10gb@0=Creating"));
        rests.See("n1", GpuNode(observed: 9, "0/1g.10gb@0=Failed"));
        rests.See("n1", GpuNode(observed: 99));
        rests.See("n1", null);
        Assert.NotNull(rests.Find("n1"));

        rests.See("n1", GpuNode(observed: 9, "0/1g.10gb@0", "0/1g.10gb@1=Used:p"));
        Assert.Null(rests.Find("n1"));
        Assert.Equal(1, rests.Fail("n1", null).Failures);
    }

    [Fact]
    public void A_node_that_could_not_cut_rests_whatever_its_agent_has_carried_out_since()
    {
        rests.Fail("n1", 7);
        rests.Fail("n1", null);

        rests.See("n1", GpuNode(observed: 9));

        Assert.NotNull(rests.Find("n1"));
    }

    private static GpuNodeDocument GpuNode(long observed, params string[] slices)
    {
        var gpuNode = Facts.GpuNode([], slices, generation: 9);
        return gpuNode with { Status = gpuNode.Status! with { ObservedGeneration = observed } };
    }
}
