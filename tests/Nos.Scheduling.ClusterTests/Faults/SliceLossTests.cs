using System.Text.Json.Nodes;
using Nos.Scheduling.ClusterTests.Harness;

namespace Nos.Scheduling.ClusterTests.Faults;

/// <summary>A node that starts anew has no instances any more: what the agent makes in their places is not what running pods were given.</summary>
public sealed class SliceLossTests(CrashPlane fixture) : IClassFixture<CrashPlane>
{
    private readonly NosPlane nos = fixture.Nos;

    [Fact]
    public async Task A_pod_whose_slice_went_with_a_reboot_is_evicted_by_whoever_leads_and_others_stay()
    {
        await using var scope = await nos.Plane.Scope("reboot");
        var (lost, kept) = (scope.NodeName("lost"), scope.NodeName("kept"));
        foreach (var node in new[] { lost, kept })
        {
            await scope.Add(NosPlane.Node(node, "mig", "NVIDIA-A100-SXM4-80GB", 1, 81920));
            await nos.Partitionable(node);
            await scope.Add(TestPod.Named(node == lost ? "loses" : "keeps").Asking("nvidia.com/mig-3g.40gb", 1).By(nos.PodScheduler).OnNodesWith("kubernetes.io/hostname", node));
        }

        foreach (var pod in new[] { "loses", "keeps" })
        {
            await scope.BoundPod(pod);
            await scope.Run(pod);
        }

        var before = await Used(lost);
        await Used(kept);

        // As a reboot does: the GPU has nothing, the API server still says what it had. The server that leads then has seen nothing of before.
        await Task.WhenAll(nos.Agent.Kill(), nos.Server.Kill());
        await File.WriteAllTextAsync(Path.Combine(nos.StateFolder, $"{lost}.json"), """{"gpus":[]}""");
        await Task.WhenAll(nos.StartServer(), nos.StartAgent());

        var evicted = await scope.Api.Eventually(ApiPaths.Pod(scope.Namespace, "loses"), "it is told to go", pod => pod.Text("metadata", "deletionTimestamp") is not null);
        var after = await Used(lost);
        Assert.Equal(before.Text("uuid"), after.Text("lostUuid"));
        Assert.NotEqual(before.Text("uuid"), after.Text("uuid"));
        Assert.Equal(evicted.Text("metadata", "uid"), after.Text("podUid"));
        await scope.Api.EventuallyList(
            ApiPaths.Events(scope.Namespace),
            "the pod is told why",
            events => events.Any(told => told.Text("reason") == "SliceLost" && told.Text("involvedObject", "name") == "loses" && told.Text("message")!.Contains(before.Text("uuid")!, StringComparison.Ordinal)));
        Assert.Null((await scope.Pod("keeps")).Text("metadata", "deletionTimestamp"));

        await scope.Remove("loses");
        await nos.Plane.Admin.Eventually(NosPlane.GpuNode(lost), "the slice is anybody's", gpuNode => Slice(gpuNode) is { } slice && slice.Text("state") == "Free" && slice.Text("lostUuid") is null);
    }

    private async Task<JsonObject> Used(string node) => Slice(await nos.Plane.Admin.Eventually(
        NosPlane.GpuNode(node), "its slice is used", gpuNode => Slice(gpuNode) is { } slice && slice.Text("state") == "Used" && slice.Text("podUid") is not null))!;

    private static JsonObject? Slice(JsonObject gpuNode) => gpuNode.At("status", "gpus") is JsonArray { Count: 1 } gpus && gpus[0]!["slices"] is JsonArray { Count: 1 } slices ? (JsonObject)slices[0]! : null;
}
