using System.Text.Json.Nodes;
using Nos.Scheduling.ClusterTests.Harness;

namespace Nos.Scheduling.ClusterTests.OneSlice;

/// <summary>The cluster's own scheduler calls us for pods that ask for slices, and for no others.</summary>
public sealed class SharedModeTests
{
    [Fact]
    public async Task Slice_pods_of_the_default_scheduler_get_slices_and_plain_pods_never_reach_us()
    {
        await using var nos = await NosPlane.Start("shared", serverFlags: ["--quota-marker", "on"]);
        await using var scope = await nos.Plane.Scope("shared");
        await scope.Add(NosPlane.Node(scope.NodeName("mig"), "mig", "NVIDIA-A100-SXM4-80GB", 2, 81920));
        await scope.Add(NosPlane.Node(scope.NodeName("mps"), "mps", "NVIDIA-A10", 2, 23028));
        await nos.Partitionable(scope.NodeName("mig"));
        await nos.Partitionable(scope.NodeName("mps"));

        await scope.Add(TestPod.Named("plain").Asking("cpu", "1"));
        await scope.BoundPod("plain");
        Assert.DoesNotContain("nos_extender_request_duration_seconds_count{", await Metrics(nos));

        await scope.Add(TestPod.Named("mig").Asking("nos.nebuly.com/gpu-memory", 10));
        await scope.Add(TestPod.Named("mps").Asking("nvidia.com/gpu-7gb", 1));
        await scope.Add(TestPod.Named("never").Asking("nvidia.com/mig-1g.6gb", 1));

        Assert.Equal(scope.NodeName("mig"), (await scope.BoundPod("mig")).Text("spec", "nodeName"));
        Assert.Equal(scope.NodeName("mps"), (await scope.BoundPod("mps")).Text("spec", "nodeName"));
        await scope.UnschedulablePod("never", saying: "ProfileNotOffered");
        Assert.Equal("default-scheduler", (await scope.Pod("mig")).Text("spec", "schedulerName"));
        // A pod is seen bound before the call that bound it has ended and is counted.
        await Polling.Until(
            "both binds are counted", () => Metrics(nos), text => text.Contains("nos_extender_request_duration_seconds_count{verb=\"bind\",result=\"ok\"} 2", StringComparison.Ordinal));

        await Mark(nos, scope);
    }

    /// <summary>Under a quota, plain pods that it counts come here too: the marker brings them.</summary>
    private static async Task Mark(NosPlane nos, TestScope scope)
    {
        var ns = scope.Prefix + "-quota";
        await scope.AddNamespace(ns);
        var quota = JsonNode.Parse("""{"apiVersion": "nos.nebuly.com/v1alpha1", "kind": "ElasticQuota", "metadata": {"name": "quota"}, "spec": {"min": {"cpu": 2}, "max": {"cpu": 2}}}""");
        await scope.Api.Create(ApiPaths.ElasticQuotas(ns), quota!.AsObject());
        await scope.Api.Eventually(ApiPaths.Namespace(ns), "the server knows the quota", found => found.Text("metadata", "labels", "nos.nebuly.com/quota") == "on");

        await Task.WhenAll(Enumerable.Range(0, 5).Select(index => scope.Add(TestPod.Named($"p{index}").Asking("cpu", "1"), ns)));

        await Polling.Until("two are bound and three hear why not", async () => await scope.Api.List(ApiPaths.Pods(ns)) is var pods
            && pods.Count(pod => pod.Text("spec", "nodeName") is not null) == 2
            && pods.Count(pod => pod.ToJsonString().Contains("QuotaMaxExceeded", StringComparison.Ordinal)) == 3);
        Assert.All(await scope.Api.List(ApiPaths.Pods(ns)), pod => Assert.Equal("1", pod.Text("spec", "containers", "0", "resources", "limits", "nos.nebuly.com/quota")));
    }

    private static async Task<string> Metrics(NosPlane nos)
    {
        using var http = new HttpClient();
        return await http.GetStringAsync(new Uri($"http://127.0.0.1:{nos.PlainPort}/metrics"));
    }
}
