using Nos.Scheduling.Cluster.State;
using Nos.Scheduling.Server.Controllers;
using Nos.Scheduling.Tests.Agent;

namespace Nos.Scheduling.Tests.Server.Controllers;

public sealed class OutageLedgerTests
{
    private readonly ManualClock clock = new();
    private readonly OutageLedger ledger;
    private readonly PodRecord[] pods = [Unadmitted.Pod("a", "rs"), Unadmitted.Pod("b", "rs"), Unadmitted.Pod("c", "rs2")];

    public OutageLedgerTests() => ledger = new OutageLedger(clock);

    [Fact]
    public void Lets_all_pods_go_that_the_controller_has_when_it_is_dealt_with()
    {
        ledger.Begin(pods[0], pods);
        ledger.Begin(pods[1], [.. pods, Unadmitted.Pod("made-since", "rs")]);

        Assert.Equal(["uid-team-a", "uid-team-b"], ledger.Dealt["uid-rs"].Order());
        Assert.False(ledger.Dealt.ContainsKey("uid-rs2"));
    }

    [Fact]
    public void Forgets_the_controllers_of_a_namespace_where_the_webhook_falls_silent_again()
    {
        ledger.Begin(pods[0], pods);
        ledger.Begin(Unadmitted.Pod("x", "rs3", "elsewhere"), []);

        ledger.Outage("team");

        Assert.Equal(["uid-rs3"], ledger.Dealt.Keys);
    }

    [Fact]
    public void Forgets_a_controller_only_when_it_has_had_no_such_pods_for_longer_than_a_Job_waits()
    {
        ledger.Begin(pods[0], pods);
        for (var minutes = 0; minutes < 30; minutes += 5)
        {
            clock.Advance(300);
            ledger.Look([Unadmitted.Pod("made-since", "rs")]);
        }

        Assert.Single(ledger.Dealt);
        clock.Advance(599);
        ledger.Look([]);
        Assert.Single(ledger.Dealt);
        clock.Advance(2);
        ledger.Look([]);
        Assert.Empty(ledger.Dealt);
    }
}
