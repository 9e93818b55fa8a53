using System.Text.Json.Nodes;
using Nos.Scheduling.ClusterTests.Harness;

namespace Nos.Scheduling.ClusterTests.OneSlice;

/// <summary>The cluster's own scheduler calls us for pods that ask for slices, and for no others.</summary>
public sealed class SharedModeTests
{
    [Fact]
    public async Task Slice_pods_of_the_default_scheduler_get_slices_and_plain_pods_never_reach_us()
    {
        await using var nos = await NosPlane.Start("shared");
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
    }

    private static async Task<string> Metrics(NosPlane nos)
    {
        using var http = new HttpClient();
        return await http.GetStringAsync(new Uri($"http://127.0.0.1:{nos.PlainPort}/metrics"));
    }
}
