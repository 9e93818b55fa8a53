using System.Net;

namespace Nos.Scheduling.ClusterTests.Harness.SelfTests;

[Collection(ControlPlaneCollection.Name)]
public sealed class ControlPlaneTests(SharedControlPlane shared)
{
    private readonly ControlPlane _plane = shared.Plane;

    [Fact]
    public async Task The_running_API_server_is_of_the_version_that_its_binary_says()
    {
        var version = await _plane.Admin.Get("/version");

        Assert.Equal(_plane.Version, KubernetesVersion.Parse(version.Text("gitVersion")!));
    }

    [Fact]
    public async Task A_user_has_the_rights_of_its_groups_and_no_more()
    {
        using var stranger = _plane.ApiAs("stranger");
        using var master = _plane.ApiAs("somebody", "system:masters");

        var refused = await Assert.ThrowsAsync<ApiRefusedException>(() => stranger.List(ApiPaths.Nodes));

        Assert.Equal((HttpStatusCode.Forbidden, "Forbidden"), (refused.Status, refused.Reason));
        Assert.Contains("stranger", refused.Message, StringComparison.Ordinal);
        await master.List(ApiPaths.Nodes);
    }

    [Fact]
    public async Task The_stock_scheduler_binds_a_plain_pod_to_a_node_that_exists_only_as_an_object()
    {
        await using var scheduler = await _plane.StartScheduler();
        await using var scope = await _plane.Scope("plain");
        var node = TestNode.Named(scope.NodeName("n1")).WithGpus("NVIDIA-A100-SXM4-80GB", 8, memoryMiB: 81920).Partitioned("mig");

        var created = await scope.Add(node);
        await scope.Add(TestPod.Named("p").Asking("cpu", "1"));
        var bound = await scope.BoundPod("p");

        Assert.Equal("8", created.Label("nvidia.com/gpu.count"));
        Assert.Equal("64", created.Text("status", "allocatable", "cpu"));
        Assert.Equal(node.Name, bound.Text("spec", "nodeName"));
    }

    [Fact]
    public async Task A_scheduler_with_a_configuration_answers_to_its_own_name_only()
    {
        await using var scheduler = await _plane.StartScheduler($"""
            apiVersion: kubescheduler.config.k8s.io/{_plane.SchedulerConfigApi}
            kind: KubeSchedulerConfiguration
            profiles:
            - schedulerName: second
            """);
        await using var scope = await _plane.Scope("named");
        await scope.Add(TestNode.Named(scope.NodeName("n1")));

        await scope.Add(TestPod.Named("not-ours"));
        await scope.Add(TestPod.Named("ours").By("second"));
        await scope.BoundPod("ours");

        Assert.Null((await scope.Pod("not-ours")).Text("spec", "nodeName"));
    }

    [Fact]
    public async Task A_pod_that_fits_nowhere_says_why()
    {
        await using var scheduler = await _plane.StartScheduler();
        await using var scope = await _plane.Scope("full");
        await scope.Add(TestNode.Named(scope.NodeName("n1")).Offering("cpu", "1"));

        await scope.Add(TestPod.Named("big").Asking("cpu", "2"));
        await scope.UnschedulablePod("big", saying: "Insufficient cpu");

        await scope.Add(TestPod.Named("small").Asking("cpu", "1"));
        await scope.BoundPod("small");
    }

    [Fact]
    public async Task A_finished_pod_makes_room_as_if_a_kubelet_had_said_so()
    {
        await using var scheduler = await _plane.StartScheduler();
        await using var scope = await _plane.Scope("finish");
        await scope.Add(TestNode.Named(scope.NodeName("n1")).Offering("cpu", "1"));
        await scope.Add(TestPod.Named("first").Asking("cpu", "1"));
        await scope.BoundPod("first");
        await scope.Run("first");
        await scope.Add(TestPod.Named("second").Asking("cpu", "1"));
        await scope.UnschedulablePod("second", saying: "Insufficient cpu");

        await scope.Finish("first");

        await scope.BoundPod("second");
    }

    [Fact]
    public async Task A_vain_wait_tells_what_was_seen_last_and_what_the_plane_printed()
    {
        var vain = await Assert.ThrowsAsync<TimeoutException>(() => _plane.Admin.Eventually(
            ApiPaths.Namespace("default"), "pigs fly", _ => false, within: TimeSpan.FromMilliseconds(1)));

        Assert.Contains("Waited in vain until pigs fly", vain.Message, StringComparison.Ordinal);
        Assert.Contains("\"name\": \"default\"", vain.Message, StringComparison.Ordinal);
        Assert.Contains("kube-apiserver.log", vain.Message, StringComparison.Ordinal);
    }
}
