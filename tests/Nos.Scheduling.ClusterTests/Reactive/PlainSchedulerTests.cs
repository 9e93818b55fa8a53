using System.Text.Json.Nodes;
using Nos.Scheduling.ClusterTests.Checking;
using Nos.Scheduling.ClusterTests.Harness;

namespace Nos.Scheduling.ClusterTests.Reactive;

/// <summary>A cluster whose scheduler has never heard of us: slices appear because pods wait for them.</summary>
public sealed class PlainSchedulerTests
{
    private const string A100 = "NVIDIA-A100-SXM4-80GB";

    [Fact]
    public async Task Pods_get_slices_batch_by_batch_though_some_agents_are_silent_or_hang()
    {
        using var scratch = new ScratchDirectory();
        var faults = scratch.File("faults.yaml");
        await using var nos = await NosPlane.Start(new NosSettings("plain")
        {
            ServerFlags = ["--batch-idle", "500ms", "--batch-timeout", "3s", "--bind-wait", "3s"],
            AgentFlags = ["--simulate-allocatable", "--simulated-latency", "20ms", "--simulated-faults", faults, "--report-interval", "5s"],
        });
        await AllowAllocatable(nos.Plane.Admin);
        await using var scope = await nos.Plane.Scope("reactive");
        var (good, hung, silent, shared) = (scope.NodeName("good"), scope.NodeName("a-hung"), scope.NodeName("a-silent"), scope.NodeName("shared"));
        await File.WriteAllTextAsync(faults, $"{hung}: {{create: hang}}\n");
        await scope.Add(NosPlane.Node(hung, "mig", A100, 1, 81920));
        await scope.Add(TestNode.Named(silent).WithGpus(A100, 2, 81920).Partitioned("mig"));
        await scope.Add(NosPlane.Node(good, "mig", A100, 2, 81920));
        await scope.Add(NosPlane.Node(shared, "mps", "NVIDIA-A10", 1, 23028));
        await Task.WhenAll(nos.Partitionable(good), nos.Partitionable(hung), nos.Partitionable(shared));
        string[] wave = ["large-0", "large-1", "large-2", "small-0", "small-1", "memory", "share"];
        string[] later = ["medium", "giant"];

        await InvariantWatch.During(
            nos.Plane.Admin,
            async () =>
            {
                await FirstWave(nos, scope, good, shared);
                await SecondWave(scope, good);
            },
            new CheckerSettings { BoundByHand = wave.Concat(later).Select(pod => $"{scope.Namespace}/{pod}").ToHashSet() });

        // Adopted once, cut once a wave, or twice where the plan first counted on the node that hangs; never again and again for the pod that waits.
        Assert.InRange(await Generation(scope, good), 4, 12);
        Assert.True(await Generation(scope, hung) > 2, "The plan never counted on the node that hangs.");
        Assert.Null((await scope.Api.Get(NosPlane.GpuNode(silent)))["spec"]?["gpus"]);
    }

    /// <summary>
    /// Seven pods, by name, by memory and as shares, of which the first plan may send some to the node that hangs: all are bound in the end. The large ones come
    /// first: bound one by one at a plain scheduler's will, small ones might take the room of the third, and nobody could help it any more.
    /// </summary>
    private static async Task FirstWave(NosPlane nos, TestScope scope, string good, string shared)
    {
        foreach (var index in Enumerable.Range(0, 3))
        {
            await scope.Add(TestPod.Named($"large-{index}").Asking("nvidia.com/mig-3g.40gb", 1));
        }

        foreach (var index in Enumerable.Range(0, 3))
        {
            await BoundTo(scope, good, $"large-{index}");
        }

        await scope.Add(TestPod.Named("small-0").Asking("nvidia.com/mig-1g.10gb", 1));
        await scope.Add(TestPod.Named("small-1").Asking("nvidia.com/mig-1g.10gb", 1));
        await scope.Add(TestPod.Named("memory").Asking("nos.nebuly.com/gpu-memory", 10).Annotated("nos.nebuly.com/gpu-partitioning", "mig"));
        await scope.Add(TestPod.Named("share").Asking("nvidia.com/gpu-7gb", 1));

        foreach (var pod in new[] { "large-0", "large-1", "large-2", "small-0", "small-1", "memory" })
        {
            await BoundTo(scope, good, pod);
            await Used(scope, good, pod);
        }

        Assert.Equal(shared, (await scope.BoundPod("share")).Text("spec", "nodeName"));
        await Used(scope, shared, "share");
        Assert.DoesNotContain("nos_extender_request_duration_seconds_count{", await Metrics(nos));
    }

    /// <summary>Free slices are cut anew for who comes later, used ones stay as they are, and who found no room gets it when it is there.</summary>
    private static async Task SecondWave(TestScope scope, string good)
    {
        string[] stay = ["large-0", "large-1", "large-2", "memory"];
        var before = await Task.WhenAll(stay.Select(pod => Used(scope, good, pod)));
        await scope.Add(TestPod.Named("giant").Asking("nvidia.com/mig-7g.80gb", 1));
        await scope.UnschedulablePod("giant", "Insufficient nvidia.com/mig-7g.80gb");
        await Polling.Until("an event says why nothing is cut for giant", async () =>
            (await scope.Api.List(ApiPaths.Events(scope.Namespace))).Any(told => told.Text("involvedObject", "name") == "giant" && told.Text("reason") == "NoOpenPlacement"));
        await scope.Remove("small-0");
        await scope.Remove("small-1");

        await scope.Add(TestPod.Named("medium").Asking("nvidia.com/mig-1g.20gb", 1));
        await BoundTo(scope, good, "medium");
        await Used(scope, good, "medium");
        Assert.Equal(before, await Task.WhenAll(stay.Select(pod => Used(scope, good, pod))));
        Assert.Null((await scope.Pod("giant")).Text("spec", "nodeName"));

        foreach (var pod in stay)
        {
            await scope.Remove(pod);
        }

        await BoundTo(scope, good, "giant");
        await Used(scope, good, "giant");
    }

    /// <summary>Waits for the pod to be bound there; a vain wait shows what the node has.</summary>
    private static async Task BoundTo(TestScope scope, string node, string pod)
    {
        try
        {
            Assert.Equal(node, (await scope.BoundPod(pod, TimeSpan.FromMinutes(3))).Text("spec", "nodeName"));
        }
        catch (TimeoutException vain)
        {
            var gpuNode = await scope.Api.Get(NosPlane.GpuNode(node));
            throw new TimeoutException($"{node} wants {gpuNode["spec"]!.ToJsonString()} and has {gpuNode["status"]!["gpus"]!.ToJsonString()} when {vain.Message}", vain);
        }
    }

    /// <summary>The slice that the agent says the pod has, with its UUID: another slice at the same place has another.</summary>
    private static async Task<string> Used(TestScope scope, string node, string pod)
    {
        var holder = $"{scope.Namespace}/{pod}/main";
        var reported = await scope.Api.Eventually(NosPlane.GpuNode(node), $"tells what {pod} uses", gpuNode => Slices(gpuNode).Any(slice => Holds(slice, holder)));
        var slice = Slices(reported).Single(slice => Holds(slice, holder));
        return $"{slice.Text("id")} {slice.Text("uuid")}";
    }

    private static bool Holds(JsonNode slice, string holder) => slice.Text("state") == "Used" && slice.Text("pod") == holder;

    private static IEnumerable<JsonNode> Slices(JsonNode gpuNode) =>
        (gpuNode["status"]?["gpus"]?.AsArray() ?? []).SelectMany(gpu => gpu!["slices"]?.AsArray() ?? []).OfType<JsonNode>();

    private static async Task<long> Generation(TestScope scope, string node) => (long)(await scope.Api.Get(NosPlane.GpuNode(node)))["metadata"]!["generation"]!;

    /// <summary>Only in tests may agents write what kubelets write.</summary>
    private static async Task AllowAllocatable(TestApi admin)
    {
        await admin.Create(ApiPaths.ClusterRoles, JsonNode.Parse("""
            {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "metadata": {"name": "play-kubelet"},
             "rules": [{"apiGroups": [""], "resources": ["nodes/status"], "verbs": ["patch"]}]}
            """)!.AsObject());
        await admin.Create(ApiPaths.ClusterRoleBindings, JsonNode.Parse("""
            {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding", "metadata": {"name": "play-kubelet"},
             "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "play-kubelet"},
             "subjects": [{"kind": "ServiceAccount", "name": "nos-agent", "namespace": "nos-system"}]}
            """)!.AsObject());
    }

    private static async Task<string> Metrics(NosPlane nos)
    {
        using var http = new HttpClient();
        return await http.GetStringAsync(new Uri($"http://127.0.0.1:{nos.PlainPort}/metrics"));
    }
}
