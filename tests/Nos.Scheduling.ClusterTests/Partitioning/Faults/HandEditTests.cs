using System.Text.Json.Nodes;
using Nos.Scheduling.ClusterTests.Checking;
using Nos.Scheduling.ClusterTests.Harness;

namespace Nos.Scheduling.ClusterTests.Partitioning.Faults;

/// <summary>Somebody with the rights edits a GpuNode by hand, in every way that is wrong: no pod loses its slice, and all comes to rest.</summary>
[Collection(CutsCollection.Name)]
public sealed class HandEditTests(CutsPlane cuts)
{
    private const string OneG = "nvidia.com/mig-1g.10gb";
    private const string TwoG = "nvidia.com/mig-2g.20gb";
    private const string ThreeG = "nvidia.com/mig-3g.40gb";
    private const string SevenG = "nvidia.com/mig-7g.80gb";

    [Fact]
    public async Task A_spec_without_the_slices_in_use_and_with_nonsense_harms_nobody_and_is_put_right_by_the_next_cut()
    {
        await using var scope = await cuts.Nos.Plane.Scope("nonsense-spec");
        var node = await cuts.Add(scope, "n");
        await cuts.Bound(await CutsPlane.AddUnscheduled(scope, "running", TwoG), node);
        var before = await cuts.Shows(node, "0-2g.20gb-4 Used running");

        var wrongId = CutsPlane.Entry(0, "1g.10gb@0");
        wrongId["id"] = "0-1g.10gb-5";
        var wrongResource = CutsPlane.Entry(0, "1g.10gb@1");
        wrongResource["resource"] = "nvidia.com/mig-3g.40gb";
        await cuts.EditSpec(node, new JsonArray(
            new JsonObject { ["index"] = 0, ["slices"] = new JsonArray(CutsPlane.Entry(0, "3g.40gb@4"), CutsPlane.Entry(0, "7g.80gb@0"), wrongId, wrongResource, CutsPlane.Entry(0, "1g.10gb@2")) },
            new JsonObject { ["index"] = 7, ["slices"] = new JsonArray(CutsPlane.Entry(7, "1g.10gb@0")) }));
        var broken = await cuts.Admin.Eventually(ApiPaths.GpuNode(node), "says what is wrong", gpuNode =>
            gpuNode.Text("status", "observedGeneration") == gpuNode.Text("metadata", "generation") && CutsPlane.Reported(gpuNode).Count(slice => slice.Text("state") == "Failed") == 5);
        Assert.Contains("0-2g.20gb-4 Used running", CutsPlane.Drawn(broken));
        Assert.Contains("0-1g.10gb-2 Free", CutsPlane.Drawn(broken));

        await cuts.Bound(await CutsPlane.AddUnscheduled(scope, "next", ThreeG), node);
        var repaired = await cuts.Shows(node, "0-3g.40gb-0 Used next, 0-2g.20gb-4 Used running");
        Assert.Equal("0-3g.40gb-0, 0-2g.20gb-4", CutsPlane.Listed(repaired));
        Assert.Equal(CutsPlane.Uuid(before, "0-2g.20gb-4"), CutsPlane.Uuid(repaired, "0-2g.20gb-4"));
        await cuts.Settled();
    }

    [Fact]
    public async Task A_status_wiped_or_rewritten_by_hand_gives_no_slice_away_twice_and_is_put_right_by_the_agent()
    {
        await using var scope = await cuts.Nos.Plane.Scope("wiped");
        var node = await cuts.Add(scope, "n");
        await cuts.Bound(await CutsPlane.AddUnscheduled(scope, "running", TwoG), node);
        var before = await cuts.Shows(node, "0-2g.20gb-4 Used running");
        var whole = await CutsPlane.AddUnscheduled(scope, "whole", SevenG);

        cuts.Nos.Agent.Pause();
        try
        {
            var honest = before["status"]!.DeepClone().AsObject();
            var lie = before["status"]!.DeepClone().AsObject();
            var slice = lie["gpus"]![0]!["slices"]![0]!.AsObject();
            slice["state"] = "Free";
            slice["pod"] = null;
            slice["podUid"] = null;
            await Told(lie, "NoOpenPlacement");

            var unready = new JsonObject { ["conditions"] = new JsonArray() };
            await Told(unready, "NodeNotReady");
            await Told(honest, "NoOpenPlacement");
            await Told(new JsonObject { ["gpus"] = new JsonArray() }, "ProfileNotOffered");
            await Told(null, "AgentSilent");
        }
        finally
        {
            cuts.Nos.Agent.Resume();
        }

        var after = await cuts.Shows(node, "0-2g.20gb-4 Used running");
        Assert.Equal(CutsPlane.Uuid(before, "0-2g.20gb-4"), CutsPlane.Uuid(after, "0-2g.20gb-4"));
        await cuts.Bound(await CutsPlane.AddUnscheduled(scope, "next", ThreeG), node);
        await cuts.Settled();

        async Task Told(JsonObject? status, string why)
        {
            await cuts.EditStatus(node, status);
            await Polling.Until($"the node is refused with {why}", () => cuts.Extender.WhyNot(whole, node), answer => answer == why);
            Assert.StartsWith(why, await cuts.Extender.Bind(whole, node));
        }
    }

    [Fact]
    public async Task A_GpuNode_deleted_by_hand_is_made_anew_and_its_first_report_adopted_with_all_that_is_there()
    {
        await using var scope = await cuts.Nos.Plane.Scope("deleted");
        var node = await cuts.Add(scope, "n");
        await cuts.EditSpec(node, "2g.20gb@4 1g.10gb@6");
        await cuts.Shows(node, "0-2g.20gb-4 Free, 0-1g.10gb-6 Free");
        await cuts.Bound(await CutsPlane.AddUnscheduled(scope, "running", TwoG), node);
        var before = await cuts.Shows(node, "0-2g.20gb-4 Used running, 0-1g.10gb-6 Free");
        var pod = await CutsPlane.AddUnscheduled(scope, "next", OneG);

        await cuts.Admin.Delete(ApiPaths.GpuNode(node));
        var anew = await cuts.Admin.Eventually(ApiPaths.GpuNode(node), "is made anew and adopted", gpuNode =>
            gpuNode.Text("metadata", "uid") != before.Text("metadata", "uid") && CutsPlane.Listed(gpuNode) == "0-2g.20gb-4, 0-1g.10gb-6");

        Assert.Equal(["running", null], CutsPlane.Reported(anew).Select(slice => slice.Text("pod")?.Split('/')[1]));
        Assert.All(CutsPlane.Reported(before), slice => Assert.Equal(slice.Text("uuid"), CutsPlane.Uuid(anew, slice.Text("id")!)));
        Assert.Equal("main=0/1g.10gb@6", (await cuts.Bound(pod, node)).Annotation("nos.nebuly.com/slices"));
        await cuts.Settled();
    }

    [Fact]
    public async Task Absent_GPUs_mean_touch_nothing_and_an_empty_list_means_no_slices()
    {
        await using var scope = await cuts.Nos.Plane.Scope("absent");
        var node = await cuts.Add(scope, "n", gpus: 2);
        await cuts.EditSpec(node, "1g.10gb@6", "2g.20gb@0");
        var before = await cuts.Shows(node, "0-1g.10gb-6 Free, 1-2g.20gb-0 Free");
        await cuts.Nos.Server.Kill();
        try
        {
            // Nobody adopts while the server is away: the agent is alone with what it is told.
            await cuts.EditSpec(node, (JsonArray?)null);
            var untouched = await cuts.Shows(node, "0-1g.10gb-6 Free, 1-2g.20gb-0 Free");
            Assert.All(CutsPlane.Reported(before), slice => Assert.Equal(slice.Text("uuid"), CutsPlane.Uuid(untouched, slice.Text("id")!)));

            await cuts.EditSpec(node, new JsonArray(new JsonObject { ["index"] = 1, ["slices"] = new JsonArray() }));
            var emptied = await cuts.Shows(node, "0-1g.10gb-6 Free");
            Assert.Equal(CutsPlane.Uuid(before, "0-1g.10gb-6"), CutsPlane.Uuid(emptied, "0-1g.10gb-6"));

            await cuts.EditSpec(node, (JsonArray?)null);
            await cuts.Shows(node, "0-1g.10gb-6 Free");
        }
        finally
        {
            await cuts.Nos.StartServer();
        }

        var adopted = await cuts.Admin.Eventually(ApiPaths.GpuNode(node), "is adopted", gpuNode => gpuNode.At("spec", "gpus") is JsonArray { Count: 2 });
        Assert.Equal("0-1g.10gb-6", CutsPlane.Listed(adopted));
        Assert.Equal(CutsPlane.Uuid(before, "0-1g.10gb-6"), CutsPlane.Uuid(adopted, "0-1g.10gb-6"));
        await cuts.Settled();
    }

    [Fact]
    public async Task A_mode_edited_by_hand_is_put_back_to_the_labels_without_a_slice_lost()
    {
        await using var scope = await cuts.Nos.Plane.Scope("mode");
        var node = await cuts.Add(scope, "n");
        await cuts.EditSpec(node, "1g.10gb@6 2g.20gb@4");
        await cuts.Shows(node, "0-2g.20gb-4 Free, 0-1g.10gb-6 Free");
        await cuts.Bound(await CutsPlane.AddUnscheduled(scope, "running", TwoG), node);
        var before = await cuts.Shows(node, "0-2g.20gb-4 Used running, 0-1g.10gb-6 Free");

        await cuts.Admin.MergePatch(ApiPaths.GpuNode(node), new JsonObject { ["spec"] = new JsonObject { ["mode"] = "MPS" } });

        await cuts.Admin.Eventually(ApiPaths.GpuNode(node), "is in the label's mode again", gpuNode => gpuNode.Text("spec", "mode") == "MIG");
        var after = await cuts.Shows(node, "0-2g.20gb-4 Used running, 0-1g.10gb-6 Free");
        Assert.All(CutsPlane.Reported(before), slice => Assert.Equal(slice.Text("uuid"), CutsPlane.Uuid(after, slice.Text("id")!)));
        await cuts.Settled();
    }
}
