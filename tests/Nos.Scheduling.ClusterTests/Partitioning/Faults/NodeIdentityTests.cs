using System.Text.Json.Nodes;
using Nos.Scheduling.ClusterTests.Harness;

namespace Nos.Scheduling.ClusterTests.Partitioning.Faults;

/// <summary>Nodes that are registered anew under their name, and labels that go, come back and change while pods run.</summary>
[Collection(CutsCollection.Name)]
public sealed class NodeIdentityTests(CutsPlane cuts)
{
    private const string OneG = "nvidia.com/mig-1g.10gb";
    private const string TwoG = "nvidia.com/mig-2g.20gb";

    [Fact]
    public async Task A_node_registered_anew_under_its_name_is_not_touched_until_it_is_adopted()
    {
        await using var scope = await cuts.Nos.Plane.Scope("anew");
        var node = await cuts.Add(scope, "n");
        await cuts.EditSpec(node, "2g.20gb@4 1g.10gb@6");
        var before = await cuts.Shows(node, "0-2g.20gb-4 Free, 0-1g.10gb-6 Free");
        var pod = await CutsPlane.AddUnscheduled(scope, "p", OneG);
        await cuts.Nos.Server.Kill();
        try
        {
            // The worst case: the old GpuNode is still there when the new node comes, and wants something else.
            await cuts.Admin.Delete(ApiPaths.Node(node));
            await scope.Add(NosPlane.Node(node, "mig", CutsPlane.A100, 1, 81920));
            await cuts.EditSpec(node, "7g.80gb@0");

            // The agent hears of both through its watches, and of what comes after them on another node.
            var other = scope.NodeName("other");
            await scope.Add(NosPlane.Node(other, "mig", CutsPlane.A100, 1, 81920));
            await cuts.Admin.Create(ApiPaths.GpuNodes, new JsonObject
            {
                ["apiVersion"] = "nos.nebuly.com/v1alpha1",
                ["kind"] = "GpuNode",
                ["metadata"] = new JsonObject { ["name"] = other },
                ["spec"] = new JsonObject { ["mode"] = "MIG", ["gpus"] = new JsonArray(new JsonObject { ["index"] = 0, ["slices"] = new JsonArray(CutsPlane.Entry(0, "1g.10gb@0")) }) },
            });
            await cuts.Shows(other, "0-1g.10gb-0 Free");
            Assert.Equal("0-2g.20gb-4 Free, 0-1g.10gb-6 Free", CutsPlane.Drawn(await cuts.Admin.Get(ApiPaths.GpuNode(node))));
        }
        finally
        {
            await cuts.Nos.StartServer();
        }

        var adopted = await cuts.Admin.Eventually(ApiPaths.GpuNode(node), "is the new node's and adopted", gpuNode =>
            gpuNode.Text("metadata", "uid") != before.Text("metadata", "uid") && CutsPlane.Listed(gpuNode) == "0-2g.20gb-4, 0-1g.10gb-6");
        Assert.All(CutsPlane.Reported(before), slice => Assert.Equal(slice.Text("uuid"), CutsPlane.Uuid(adopted, slice.Text("id")!)));
        await cuts.Bound(pod, node);
        await cuts.Settled();
    }

    [Fact]
    public async Task A_label_taken_off_and_put_back_leaves_slices_in_use_alone_and_takes_free_ones()
    {
        await using var scope = await cuts.Nos.Plane.Scope("label");
        var node = await cuts.Add(scope, "n");
        await cuts.EditSpec(node, "2g.20gb@4 1g.10gb@6");
        await cuts.Shows(node, "0-2g.20gb-4 Free, 0-1g.10gb-6 Free");
        await cuts.Bound(await CutsPlane.AddUnscheduled(scope, "running", TwoG), node);
        var before = await cuts.Shows(node, "0-2g.20gb-4 Used running, 0-1g.10gb-6 Free");
        await DevicePlugin(node, "false");
        var pod = await CutsPlane.AddUnscheduled(scope, "next", OneG);

        await Label(node, null);
        var without = await cuts.Shows(node, "0-2g.20gb-4 Used running");
        Assert.Equal("0-2g.20gb-4", CutsPlane.Listed(without));
        Assert.Contains($"0-2g.20gb-4 ({scope.Namespace}/running/main)", without.At("status", "conditions")!.ToJsonString());
        await DevicePlugin(node, "false");
        Assert.Equal("NodeNotManaged", await cuts.Extender.WhyNot(pod, node));
        Assert.Equal("NodeNotManaged", await cuts.Extender.Bind(pod, node));

        await Label(node, "mig");
        var place = (await cuts.Bound(pod, node)).Annotation("nos.nebuly.com/slices")!.Split('@')[1];
        var after = await cuts.Admin.Eventually(ApiPaths.GpuNode(node), "shows both as used", gpuNode =>
            CutsPlane.Drawn(gpuNode).Split(", ").Order().SequenceEqual([$"0-1g.10gb-{place} Used next", "0-2g.20gb-4 Used running"]));
        Assert.Equal(
            (before.Text("metadata", "uid"), CutsPlane.Uuid(before, "0-2g.20gb-4")), (after.Text("metadata", "uid"), CutsPlane.Uuid(after, "0-2g.20gb-4")));
        await cuts.Settled();

        await Label(node, null);
        await scope.Remove("running");
        await scope.Remove("next");
        await cuts.Admin.EventuallyGone(ApiPaths.GpuNode(node));
        await DevicePlugin(node, null);
    }

    [Fact]
    public async Task A_label_changed_to_the_other_mode_waits_for_the_pods_of_the_first()
    {
        await using var scope = await cuts.Nos.Plane.Scope("modes");
        var node = await cuts.Add(scope, "n");
        await cuts.EditSpec(node, "2g.20gb@4 1g.10gb@6");
        await cuts.Shows(node, "0-2g.20gb-4 Free, 0-1g.10gb-6 Free");
        await cuts.Bound(await CutsPlane.AddUnscheduled(scope, "running", TwoG), node);
        var before = await cuts.Shows(node, "0-2g.20gb-4 Used running, 0-1g.10gb-6 Free");
        var (mig, share) = (await CutsPlane.AddUnscheduled(scope, "mig", OneG), await CutsPlane.AddUnscheduled(scope, "share", "nvidia.com/gpu-10gb"));

        await Label(node, "mps");
        var changing = await cuts.Shows(node, "0-2g.20gb-4 Used running");
        Assert.Equal(("MIG", CutsPlane.Uuid(before, "0-2g.20gb-4")), (changing.Text("spec", "mode"), CutsPlane.Uuid(changing, "0-2g.20gb-4")));
        Assert.Contains("ModeChanging", changing.At("status", "conditions")!.ToJsonString());
        Assert.Contains($"0-2g.20gb-4 ({scope.Namespace}/running/main)", changing.At("status", "conditions")!.ToJsonString());
        Assert.Equal("NodeNotReady", await cuts.Extender.Bind(mig, node));
        Assert.Equal("NodeNotReady", await cuts.Extender.Bind(share, node));

        await scope.Finish("running");
        await cuts.Admin.Eventually(ApiPaths.GpuNode(node), "is in the new mode, without slices", gpuNode => gpuNode.Text("spec", "mode") == "MPS" && CutsPlane.Reported(gpuNode).Count == 0);
        await cuts.Bound(share, node);
        await cuts.Shows(node, "0-10gb-1 Used share");
        Assert.Equal("ProfileNotOffered", await cuts.Extender.Bind(mig, node));
        await cuts.Settled();
    }

    /// <summary>Whether NVIDIA's plugin may run there, as the GPU Operator reads it.</summary>
    private Task<JsonObject> DevicePlugin(string node, string? value) => cuts.Admin.Eventually(
        ApiPaths.Node(node), $"NVIDIA's label says {value ?? "nothing"}", found => found.Label("nvidia.com/gpu.deploy.device-plugin") == value);

    private Task<JsonObject> Label(string node, string? mode) => cuts.Admin.MergePatch(
        ApiPaths.Node(node), new JsonObject { ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["nos.nebuly.com/gpu-partitioning"] = mode } } });
}
