using System.Text;
using System.Text.Json.Nodes;
using Nos.Scheduling.Cluster.Api;

namespace Nos.Scheduling.Tests.Cluster.InMemory;

/// <summary>Alone, for it measures the memory of the whole process.</summary>
[CollectionDefinition(nameof(MemoryTests), DisableParallelization = true)]
[Collection(nameof(MemoryTests))]
public sealed class MemoryTests
{
    [Fact]
    public async Task Five_thousand_nodes_and_twenty_thousand_pods_take_less_than_150_MB()
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        using var cluster = new TestCluster();
        var (node, pod) = (GpuNode().ToJsonString(), Pod().ToJsonString());
        for (var index = 0; index < 5000; index++)
        {
            Seed(cluster, "apis/nos.nebuly.com/v1alpha1/gpunodes", node.Replace("NAME", $"node-{index:0000}", StringComparison.Ordinal));
        }

        for (var index = 0; index < 20000; index++)
        {
            Seed(cluster, "api/v1/namespaces/default/pods", pod.Replace("NAME", $"pod-{index:00000}", StringComparison.Ordinal));
        }

        // Second versions: the first ones may stay in the window for a while, not for ever.
        for (var index = 0; index < 2000; index++)
        {
            await cluster.Client.PatchAsync(
                KubeResources.GpuNodes, null, $"node-{index:0000}", new JsonObject { ["status"] = new JsonObject { ["driver"] = "2" } }, CancellationToken.None, "status");
        }

        var list = await cluster.Client.FindRawAsync("api/v1/pods?limit=1", CancellationToken.None);
        var megabytes = (GC.GetTotalMemory(forceFullCollection: true) - before) / 1_000_000;

        Assert.Equal(19999, (int)list!["metadata"]!["remainingItemCount"]!);
        Assert.InRange(megabytes, 20, 150);
    }

    private static void Seed(TestCluster cluster, string path, string json) => cluster.Server.Seed(path, Encoding.UTF8.GetBytes(json));

    /// <summary>Eight GPUs of seven slices each, nine profiles: as large as real ones become.</summary>
    private static JsonObject GpuNode() => new()
    {
        ["metadata"] = new JsonObject { ["name"] = "NAME" },
        ["spec"] = new JsonObject { ["mode"] = "MIG", ["gpus"] = Gpus(start => new JsonObject { ["resource"] = "nvidia.com/mig-1g.10gb" }) },
        ["status"] = new JsonObject
        {
            ["products"] = new JsonArray(new JsonObject
            {
                ["product"] = "NVIDIA-A100-SXM4-80GB",
                ["profiles"] = new JsonArray([.. Enumerable.Range(1, 9).Select(profile => new JsonObject { ["name"] = $"{profile}g.10gb", ["starts"] = new JsonArray(0, 1, 2, 3, 4, 5, 6) })]),
            }),
            ["gpus"] = Gpus(start => new JsonObject { ["state"] = "Used", ["advertised"] = true, ["uuid"] = $"MIG-{Guid.NewGuid()}", ["pod"] = $"default/pod-{start}/main" }),
        },
    };

    private static JsonArray Gpus(Func<int, JsonObject> slice) => new([.. Enumerable.Range(0, 8).Select(gpu => new JsonObject
    {
        ["index"] = gpu,
        ["slices"] = new JsonArray([.. Enumerable.Range(0, 7).Select(start =>
        {
            var made = slice(start);
            made["id"] = $"{gpu}-1g.10gb-{start}";
            made["profile"] = "1g.10gb";
            made["start"] = start;
            return made;
        })]),
    })]);

    private static JsonObject Pod()
    {
        var pod = TestCluster.Pod("NAME", new JsonObject
        {
            ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { ["nos.nebuly.com/slices"] = "main=0/1g.10gb@3", ["nos.nebuly.com/chosen"] = new string('x', 200) } },
            ["spec"] = new JsonObject { ["nodeName"] = "node-0001" },
        });
        pod["spec"]!["containers"]![0]!["resources"] = new JsonObject { ["limits"] = new JsonObject { ["nvidia.com/mig-1g.10gb"] = "1", ["cpu"] = "4" } };
        return pod;
    }
}
