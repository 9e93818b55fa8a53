using System.Text.Json.Nodes;
using Nos.Scheduling.ClusterTests.Checking;
using Nos.Scheduling.ClusterTests.Harness;

namespace Nos.Scheduling.ClusterTests.Partitioning.Faults;

/// <summary>What the agent said is older than what the cluster is: it is paused, with its connections open.</summary>
[Collection(CutsCollection.Name)]
public sealed class StaleReportTests(CutsPlane cuts)
{
    private const string OneG = "nvidia.com/mig-1g.10gb";
    private const string TwoG = "nvidia.com/mig-2g.20gb";
    private const string ThreeG = "nvidia.com/mig-3g.40gb";

    [Fact]
    public async Task A_slice_that_only_an_older_or_an_invented_report_advertises_is_not_bound_to()
    {
        await using var scope = await cuts.Nos.Plane.Scope("older");
        var node = await cuts.Add(scope, "n");
        await cuts.EditSpec(node, "7g.80gb@0");
        await cuts.Shows(node, "0-7g.80gb-0 Free");
        var pod = await CutsPlane.AddUnscheduled(scope, "p", "nvidia.com/mig-7g.80gb");
        cuts.Nos.Agent.Pause();
        try
        {
            // Dropped and wanted again: the same id, free and advertised in a report that knows nothing of either.
            await cuts.EditSpec(node, "");
            await cuts.HeardByServer(node);
            Assert.Contains("the agent has not acted on the newest spec", await cuts.Extender.Bind(pod, node));
            var gpuNode = await cuts.Admin.Get(ApiPaths.GpuNode(node));
            Assert.Equal(("0-7g.80gb-0", "0-7g.80gb-0 Free"), (CutsPlane.Listed(gpuNode), CutsPlane.Drawn(gpuNode)));
            Assert.Equal("true", Assert.Single(CutsPlane.Reported(gpuNode)).Text("advertised"));

            await cuts.EditStatus(node, new JsonObject { ["observedGeneration"] = 9999 });
            Assert.NotEqual("", await cuts.Extender.Bind(pod, node));
            Assert.Null((await scope.Pod("p")).Text("spec", "nodeName"));
        }
        finally
        {
            cuts.Nos.Agent.Resume();
        }

        await cuts.Bound(pod, node);
        await cuts.Shows(node, "0-7g.80gb-0 Used p");
        await cuts.Settled();
    }

    [Fact]
    public async Task As_many_like_slices_as_unreported_pods_ask_for_are_left_alone_whichever_they_got()
    {
        await using var scope = await cuts.Nos.Plane.Scope("sibling");
        var node = await cuts.Add(scope, "n");
        await cuts.EditSpec(node, "3g.40gb@0 1g.10gb@4 1g.10gb@6");
        await cuts.Shows(node, "0-3g.40gb-0 Free, 0-1g.10gb-4 Free, 0-1g.10gb-6 Free");
        await cuts.Bound(await CutsPlane.AddUnscheduled(scope, "running", ThreeG), node);
        var before = await cuts.Shows(node, "0-3g.40gb-0 Used running, 0-1g.10gb-4 Free, 0-1g.10gb-6 Free");
        var promised = await CutsPlane.AddUnscheduled(scope, "promised", OneG);
        var byHand = await CutsPlane.AddUnscheduled(scope, "byhand", OneG);
        var half = await CutsPlane.AddUnscheduled(scope, "half", ThreeG);
        var quarter = await CutsPlane.AddUnscheduled(scope, "quarter", TwoG);
        var settings = new CheckerSettings { BoundByHand = new HashSet<string> { $"{scope.Namespace}/byhand" } };

        await InvariantWatch.During(cuts.Admin, async () =>
        {
            cuts.Nos.Agent.Pause();
            try
            {
                // "half" needs the room of both free ones, "quarter" that of the left one alone.
                await cuts.BindPast(promised, node, "main=0/1g.10gb@6");
                await Polling.Until("the pod counts", () => cuts.Extender.WhyNot(half, node), why => why == "NoOpenPlacement");
                Assert.Null(await cuts.Extender.WhyNot(quarter, node));

                await cuts.BindPast(byHand, node, null);
                await Polling.Until("both count", () => cuts.Extender.WhyNot(quarter, node), why => why == "NoOpenPlacement");
                Assert.Equal("NoOpenPlacement", await cuts.Extender.Bind(half, node));
                Assert.Equal("NoOpenPlacement", await cuts.Extender.Bind(quarter, node));
                Assert.Equal("0-3g.40gb-0, 0-1g.10gb-4, 0-1g.10gb-6", CutsPlane.Listed(await cuts.Admin.Get(ApiPaths.GpuNode(node))));
            }
            finally
            {
                cuts.Nos.Agent.Resume();
            }

            var after = await cuts.Shows(node, "0-3g.40gb-0 Used running, 0-1g.10gb-4 Used byhand, 0-1g.10gb-6 Used promised");
            Assert.All(CutsPlane.Reported(before), slice => Assert.Equal(slice.Text("uuid"), CutsPlane.Uuid(after, slice.Text("id")!)));
            Assert.Equal("NoOpenPlacement", await cuts.Extender.WhyNot(quarter, node));
            await cuts.Settled($"{scope.Namespace}/byhand");
        }, settings);
    }

    [Fact]
    public async Task A_label_that_goes_or_changes_takes_no_slice_from_a_pod_that_no_agent_has_seen_yet()
    {
        await using var scope = await cuts.Nos.Plane.Scope("unseen");
        var (gone, changed) = (await cuts.Add(scope, "gone"), await cuts.Add(scope, "changed"));
        var before = new Dictionary<string, string>();
        foreach (var node in new[] { gone, changed })
        {
            await cuts.EditSpec(node, "1g.10gb@4 1g.10gb@6");
            before[node] = CutsPlane.Uuid(await cuts.Shows(node, "0-1g.10gb-4 Free, 0-1g.10gb-6 Free"), "0-1g.10gb-6");
        }

        var (p, q) = (await CutsPlane.AddUnscheduled(scope, "p", OneG), await CutsPlane.AddUnscheduled(scope, "q", OneG));
        cuts.Nos.Agent.Pause();
        try
        {
            // As our own bind leaves it where a free slice is taken over: the pod says what it was promised, the spec nothing.
            await cuts.BindPast(p, gone, "main=0/1g.10gb@6");
            await cuts.BindPast(q, changed, "main=0/1g.10gb@6");
            await cuts.Admin.MergePatch(ApiPaths.Node(changed), Label("mps"));
            await cuts.Admin.Eventually(ApiPaths.GpuNode(changed), "wants only what the pod was promised", gpuNode => CutsPlane.Listed(gpuNode) == "0-1g.10gb-6");
            await cuts.Admin.MergePatch(ApiPaths.Node(gone), Label(null));
            await cuts.Admin.Eventually(ApiPaths.GpuNode(gone), "wants only what the pod was promised", gpuNode => CutsPlane.Listed(gpuNode) == "0-1g.10gb-6");
        }
        finally
        {
            cuts.Nos.Agent.Resume();
        }

        Assert.Equal(before[changed], CutsPlane.Uuid(await cuts.Shows(changed, "0-1g.10gb-6 Used q"), "0-1g.10gb-6"));

        // The agent may hear of the label before the pod: what counts is that the slice outlives both.
        Assert.Equal(before[gone], CutsPlane.Uuid(await cuts.Shows(gone, "0-1g.10gb-6 Used p"), "0-1g.10gb-6"));
    }

    private static JsonObject Label(string? mode) => new() { ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["nos.nebuly.com/gpu-partitioning"] = mode } } };
}
