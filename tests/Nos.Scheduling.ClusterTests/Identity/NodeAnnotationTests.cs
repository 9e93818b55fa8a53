using System.Text.Json.Nodes;
using Nos.Scheduling.ClusterTests.Harness;

namespace Nos.Scheduling.ClusterTests.Identity;

/// <summary>What nos told in a node's annotations is told there still.</summary>
[Collection(IdentityCollection.Name)]
public sealed class NodeAnnotationTests(IdentityPlane plane)
{
    private const string Prefix = "nos.nebuly.com/";

    [Fact]
    public async Task A_nodes_annotations_count_its_slices_and_follow_and_go_with_its_label()
    {
        await plane.Fault("none", null);
        await using var scope = await plane.Nos.Plane.Scope("told");
        var node = await plane.AddNode(scope, "n");
        await plane.Admin.MergePatch(ApiPaths.Node(node), Annotations(("nos.nebuly.com/status-gpu-5-4g.40gb-used", "3"), ("example.com/own", "stays")));
        await plane.BindEventually(await scope.Add(IdentityPlane.Pod("p").Asking("nvidia.com/mig-3g.40gb", 2)), node);

        await Told(node, "status-gpu-0-3g.40gb-used=2");

        await scope.Remove("p");
        var told = await Told(node, "status-gpu-0-3g.40gb-free=2");
        var gpuNode = await plane.Admin.Get(NosPlane.GpuNode(node));
        Assert.Equal(gpuNode.Text("metadata", "generation"), told.Annotation($"{Prefix}spec-partitioning-plan"));
        Assert.Equal(gpuNode.Text("status", "observedGeneration"), told.Annotation($"{Prefix}status-partitioning-plan"));

        await plane.Admin.MergePatch(ApiPaths.Node(node), JsonNode.Parse("""{"metadata":{"labels":{"nos.nebuly.com/gpu-partitioning":null}}}""")!.AsObject());
        await plane.Admin.EventuallyGone(ApiPaths.GpuNode(node));
        var last = await plane.Admin.Eventually(ApiPaths.Node(node), "tells nothing any more", seen => Ours(seen).Length == 0);
        Assert.Equal("stays", last.Annotation("example.com/own"));
    }

    private Task<JsonObject> Told(string node, string slices) => plane.Admin.Eventually(
        ApiPaths.Node(node), $"tells {slices} and its plans alone", seen => Ours(seen).Where(line => !line.Contains("-plan=") && !line.StartsWith("device-plugin-before=", StringComparison.Ordinal)).SequenceEqual([slices])
            && Ours(seen).Count(line => line.Contains("-plan=")) == 2);

    private static string[] Ours(JsonObject node) =>
    [
        .. (node.At("metadata", "annotations")?.AsObject() ?? []).Where(one => one.Key.StartsWith(Prefix, StringComparison.Ordinal)).Select(one => $"{one.Key[Prefix.Length..]}={one.Value}").Order(StringComparer.Ordinal),
    ];

    private static JsonObject Annotations(params (string Key, string Value)[] annotations)
    {
        var written = new JsonObject();
        foreach (var (key, value) in annotations)
        {
            written[key] = value;
        }

        return new JsonObject { ["metadata"] = new JsonObject { ["annotations"] = written } };
    }
}
