using Nos.Scheduling.ClusterTests.Checking;
using Nos.Scheduling.ClusterTests.Harness;

namespace Nos.Scheduling.ClusterTests.Partitioning.Faults;

/// <summary>The driver refuses, or does not come back.</summary>
[Collection(CutsCollection.Name)]
public sealed class FailingCutTests(CutsPlane cuts)
{
    private const string OneG = "nvidia.com/mig-1g.10gb";
    private const string TwoG = "nvidia.com/mig-2g.20gb";

    [Fact]
    public async Task A_refused_cut_costs_no_pod_its_life_and_sends_it_elsewhere()
    {
        await using var scope = await cuts.Nos.Plane.Scope("refused");
        var (bad, good) = (await cuts.Add(scope, "a-bad"), await cuts.Add(scope, "b-good"));
        await cuts.Break($"{bad}: {{create: refuse}}");

        await InvariantWatch.During(cuts.Admin, async () =>
        {
            // Of nodes that are alike the first by name is best: the scheduler tries the bad one first.
            var created = await scope.Add(TestPod.Named("p").By(NosPlane.SchedulerName).Asking(TwoG, 1));
            var bound = await scope.BoundPod("p");

            Assert.Equal((good, created.Text("metadata", "uid")), (bound.Text("spec", "nodeName"), bound.Text("metadata", "uid")));
            await cuts.Nos.Server.WaitForLine($"{bad} could not cut");
            await cuts.Admin.Eventually(ApiPaths.GpuNode(bad), "no longer wants what it could not make", gpuNode => CutsPlane.Wanted(gpuNode).Count == 0);
            await cuts.Break();
            await cuts.Settled();
        });
    }

    [Fact]
    public async Task A_node_that_keeps_refusing_rests_longer_each_time_alone_and_begins_anew_after_a_success()
    {
        await using var scope = await cuts.Nos.Plane.Scope("rests");
        var (bad, good) = (await cuts.Add(scope, "bad"), await cuts.Add(scope, "good"));
        var pod = await CutsPlane.AddUnscheduled(scope, "p", TwoG);
        await cuts.Break($"{bad}: {{create: refuse}}");

        await FailAndRest(pod, 10);
        Assert.Equal("PartitioningBackoff", await cuts.Extender.WhyNot(pod, bad));
        Assert.Null(await cuts.Extender.WhyNot(pod, good));
        await FailAndRest(pod, 20);

        await cuts.Break();
        await cuts.Bound(pod, bad);
        Assert.Null(await cuts.Extender.WhyNot(pod, bad));
        await cuts.Break($"{bad}: {{create: refuse}}");
        await FailAndRest(await CutsPlane.AddUnscheduled(scope, "q", OneG), 10);
        await cuts.Break();
        await cuts.Settled();

        async Task FailAndRest(System.Text.Json.Nodes.JsonObject who, int seconds)
        {
            // While it rests the answer is the bare reason; an attempt that failed says which slice.
            await Polling.Until("a cut is tried and fails", () => cuts.Extender.Bind(who, bad), error => error.Contains("refuses to make", StringComparison.Ordinal));
            await cuts.Nos.Server.WaitForLine($"{bad} rests for {seconds}", line => line.Contains($"{bad} could not cut what {scope.Namespace}/{who.Name()} needs", StringComparison.Ordinal)
                && line.Contains($"rests for {seconds} s", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task An_agent_that_hangs_keeps_the_place_and_the_retry_finds_the_slice()
    {
        await using var scope = await cuts.Nos.Plane.Scope("hangs");
        var (first, second) = (await cuts.Add(scope, "first"), await cuts.Add(scope, "second"));
        await cuts.Break($"{first}: {{create: hang}}", $"{second}: {{create: hang}}");
        var pod = await CutsPlane.AddUnscheduled(scope, "p", TwoG);
        var other = await CutsPlane.AddUnscheduled(scope, "other", OneG);
        var scheduled = await CutsPlane.AddPinned(scope, "scheduled", TwoG, second);

        await InvariantWatch.During(cuts.Admin, async () =>
        {
            var error = await cuts.Extender.Bind(pod, first);
            Assert.Contains("not ready after 4 s", error);
            Assert.Contains("the place is kept for a retry", error);

            var kept = Assert.Single(CutsPlane.Wanted(await cuts.Admin.Get(ApiPaths.GpuNode(first))));
            Assert.Equal(pod.Text("metadata", "uid"), kept.Text("for", "uid"));
            Assert.Contains(await cuts.Extender.WhyNot(other, first), new[] { "PartitioningBackoff", "AgentSilent" });
            var waiting = await cuts.Admin.Eventually(ApiPaths.GpuNode(second), "keeps a slice for the scheduled pod", gpuNode =>
                CutsPlane.Wanted(gpuNode).Any(slice => slice.Text("for", "uid") == scheduled.Text("metadata", "uid")));
            Assert.Null((await scope.Pod("scheduled")).Text("spec", "nodeName"));

            await cuts.Break();
            var bound = await cuts.Bound(pod, first);
            Assert.Equal("main=0/2g.20gb@" + kept.Text("start"), bound.Annotation("nos.nebuly.com/slices"));
            Assert.Equal(CutsPlane.Listed(await cuts.Admin.Get(ApiPaths.GpuNode(first))), kept.Text("id"));

            var started = await scope.BoundPod("scheduled");
            Assert.Equal("main=0/2g.20gb@" + Assert.Single(CutsPlane.Wanted(waiting)).Text("start"), started.Annotation("nos.nebuly.com/slices"));
            await cuts.Settled();
        });
    }

    [Fact]
    public async Task A_scheduler_that_hangs_up_first_gets_nothing_bound_behind_its_back()
    {
        await using var scope = await cuts.Nos.Plane.Scope("hangsup");
        var node = await cuts.Add(scope, "n");
        await cuts.Break($"{node}: {{create: hang}}");
        var pod = await CutsPlane.AddUnscheduled(scope, "p", TwoG);
        using var caller = new CancellationTokenSource();

        var call = cuts.Extender.Bind(pod, node, caller.Token);
        var kept = Assert.Single(CutsPlane.Wanted(await cuts.Admin.Eventually(ApiPaths.GpuNode(node), "keeps a slice", gpuNode => CutsPlane.Wanted(gpuNode).Count == 1)));
        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        await cuts.Break();
        await cuts.Shows(node, $"{kept.Text("id")} Free");

        // The server hears of the slice through the same watch as of this node: once it tells of the one it has heard of the other.
        await cuts.EditSpec(await cuts.Add(scope, "later"), "1g.10gb@0");
        await cuts.Shows(scope.NodeName("later"), "0-1g.10gb-0 Free");
        Assert.Null(await cuts.Extender.WhyNot(pod, node));
        var unbound = await scope.Pod("p");
        Assert.Null(unbound.Text("spec", "nodeName"));
        Assert.Null(unbound.Annotation("nos.nebuly.com/slices"));

        Assert.Equal("", await cuts.Extender.Bind(pod, node));
        Assert.Equal($"{kept.Text("id")} Used p", CutsPlane.Drawn(await cuts.Shows(node, $"{kept.Text("id")} Used p")));
        Assert.Equal(kept.Text("for", "until"), Assert.Single(CutsPlane.Wanted(await cuts.Admin.Get(ApiPaths.GpuNode(node)))).Text("for", "until"));
        await cuts.Settled();
    }
}
