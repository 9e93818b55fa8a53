using Nos.Scheduling.ClusterTests.Checking;
using Nos.Scheduling.ClusterTests.Harness;

namespace Nos.Scheduling.ClusterTests.Partitioning.Faults;

/// <summary>The agent ends, politely or not.</summary>
[Collection(CutsCollection.Name)]
public sealed class StoppedAgentTests(CutsPlane cuts)
{
    private const string TwoG = "nvidia.com/mig-2g.20gb";
    private const string ThreeG = "nvidia.com/mig-3g.40gb";

    [Fact]
    public async Task An_agent_told_to_stop_says_so_first_and_nothing_is_bound_until_it_is_back()
    {
        await using var scope = await cuts.Nos.Plane.Scope("sigterm");
        var node = await cuts.Add(scope, "n");
        await cuts.EditSpec(node, "2g.20gb@0");
        var free = CutsPlane.Uuid(await cuts.Shows(node, "0-2g.20gb-0 Free"), "0-2g.20gb-0");
        var direct = await CutsPlane.AddUnscheduled(scope, "direct", ThreeG);

        Assert.Equal(0, await cuts.Nos.Agent.Terminate());

        // At its end it has said so: nobody waits for the Lease, and the free slice is still in the report.
        var gpuNode = await cuts.Admin.Get(ApiPaths.GpuNode(node));
        var ready = Assert.Single(gpuNode.At("status", "conditions")!.AsArray(), condition => condition.Text("type") == "Ready");
        Assert.Equal(("False", "Stopping"), (ready.Text("status"), ready.Text("reason")));
        Assert.Equal("0-2g.20gb-0 Free", CutsPlane.Drawn(gpuNode));

        await CutsPlane.AddPinned(scope, "reuse", TwoG, node);
        await scope.UnschedulablePod("reuse", saying: "NodeNotReady");
        Assert.Contains("NodeNotReady", await cuts.Extender.Bind(direct, node));
        Assert.Null((await scope.Pod("reuse")).Text("spec", "nodeName"));

        await cuts.Nos.StartAgent();
        Assert.Equal("main=0/2g.20gb@0", (await scope.BoundPod("reuse")).Annotation("nos.nebuly.com/slices"));
        Assert.Equal(free, CutsPlane.Uuid(await cuts.Admin.Get(ApiPaths.GpuNode(node)), "0-2g.20gb-0"));
        await cuts.Bound(direct, node);
        await cuts.Settled();
    }

    [Fact]
    public async Task A_killed_agents_node_gets_at_most_what_was_advertised_and_nothing_once_its_Lease_has_run_out()
    {
        await using var scope = await cuts.Nos.Plane.Scope("sigkill");
        await Restart("2s");
        try
        {
            var node = await cuts.Add(scope, "n");
            await cuts.EditSpec(node, "2g.20gb@0");
            await cuts.Shows(node, "0-2g.20gb-0 Free");
            await cuts.Nos.Agent.Kill();

            await CutsPlane.AddPinned(scope, "cut", ThreeG, node);
            await CutsPlane.AddPinned(scope, "reuse", TwoG, node);
            await scope.UnschedulablePod("cut", saying: "AgentSilent");
            var late = await CutsPlane.AddUnscheduled(scope, "late", TwoG);
            Assert.Equal("AgentSilent", await cuts.Extender.WhyNot(late, node));
            Assert.Contains("AgentSilent", await cuts.Extender.Bind(late, node));
            Assert.Null((await scope.Pod("cut")).Text("spec", "nodeName"));
            Assert.Null((await scope.Pod("late")).Text("spec", "nodeName"));
            var reuse = await scope.Pod("reuse");
            Assert.Contains(reuse.Annotation("nos.nebuly.com/slices"), new[] { null, "main=0/2g.20gb@0" });
            Assert.Equal(reuse.Text("spec", "nodeName") is null, reuse.Annotation("nos.nebuly.com/slices") is null);

            await cuts.Nos.StartAgent();
            await scope.BoundPod("cut");
            await scope.BoundPod("reuse");
            await cuts.Settled();
        }
        finally
        {
            await Restart("10s");
        }
    }

    private async Task Restart(string interval)
    {
        await cuts.Nos.Agent.Kill();
        cuts.Nos.AgentFlags = [.. cuts.AgentFlags, "--report-interval", interval];
        await cuts.Nos.StartAgent();
    }
}
