using System.Text.Json.Nodes;
using Nos.Scheduling.ClusterTests.Harness;

namespace Nos.Scheduling.ClusterTests.OneSlice;

public sealed class OwnModeTests(OwnModePlane fixture) : IClassFixture<OwnModePlane>
{
    private const string A100 = "NVIDIA-A100-SXM4-80GB";
    private readonly NosPlane nos = fixture.Nos;

    [Fact]
    public async Task A_pod_that_asks_for_10_GB_gets_a_slice_on_a_node_that_has_one_like_it()
    {
        await using var scope = await nos.Plane.Scope("ten-gb");
        await Add(scope, "a100", "mig", A100, 8, 81920);
        await Add(scope, "h100", "mig", "NVIDIA-H100-80GB-HBM3", 8, 81559);
        await Add(scope, "a30", "mig", "NVIDIA-A30", 4, 24576);

        await scope.Add(TestPod.Named("p").Asking("nos.nebuly.com/gpu-memory", 10));

        var pod = await scope.BoundPod("p");
        Assert.Equal("nos-scheduler", pod.Text("spec", "schedulerName"));
        var slice = await PromisedSlice(pod);
        Assert.Equal(pod.Text("metadata", "uid"), slice.Text("for", "uid"));
        Assert.Contains("gpu-memory", pod.Text("metadata", "annotations", "nos.nebuly.com/requested"));
        var used = await nos.Plane.Admin.Eventually(NosPlane.GpuNode(pod.Text("spec", "nodeName")!), "shows the slice as used", gpuNode =>
            Slices(gpuNode, "status").Any(reported => (string?)reported["pod"] == $"{scope.Namespace}/p/c" || ((string?)reported["pod"])?.StartsWith($"{scope.Namespace}/p/", StringComparison.Ordinal) == true));
        Assert.Equal("Used", (string?)Slices(used, "status").Single(reported => (string?)reported["id"] == slice.Text("id"))["state"]);
    }

    [Fact]
    public async Task A_pod_that_asks_for_memory_where_only_MPS_is_gets_a_share_and_a_uid()
    {
        await using var scope = await nos.Plane.Scope("mps");
        await Add(scope, "a10", "mps", "NVIDIA-A10", 4, 23028);

        await scope.Add(TestPod.Named("p").Asking("nos.nebuly.com/gpu-memory", 5));

        var pod = await scope.BoundPod("p");
        Assert.Equal("1", pod.Text("spec", "containers", "0", "resources", "limits", "nvidia.com/gpu-5gb"));
        Assert.Contains("/5gb#1", pod.Text("metadata", "annotations", "nos.nebuly.com/slices"));
        Assert.Contains("1000", pod.ToJsonString());
        await PromisedSlice(pod);
    }

    [Fact]
    public async Task A_pod_that_names_a_profile_gets_it()
    {
        await using var scope = await nos.Plane.Scope("named");
        await Add(scope, "a100", "mig", A100, 1, 81920);

        await scope.Add(Pod("p").Asking("nvidia.com/mig-2g.20gb", 1));

        Assert.Matches(@"^\S+=0/2g\.20gb@[024]$", (await scope.BoundPod("p")).Text("metadata", "annotations", "nos.nebuly.com/slices"));
    }

    [Fact]
    public async Task A_pod_whose_profile_no_GPU_has_waits_with_the_reason_in_its_event()
    {
        await using var scope = await nos.Plane.Scope("not-offered");
        await Add(scope, "a100", "mig", A100, 1, 81920);

        await scope.Add(Pod("p").Asking("nvidia.com/mig-1g.6gb", 1));

        await scope.UnschedulablePod("p", saying: "ProfileNotOffered");
        await nos.Plane.Admin.EventuallyList($"/api/v1/namespaces/{scope.Namespace}/events", "says why", events =>
            events.Any(happened => happened.Text("reason") == "FailedScheduling" && happened.Text("message")!.Contains("ProfileNotOffered")));
    }

    [Fact]
    public async Task A_pod_for_which_there_is_no_room_now_follows_when_another_ends()
    {
        await using var scope = await nos.Plane.Scope("follows");
        await Add(scope, "a100", "mig", A100, 1, 81920);
        await scope.Add(Pod("first").Asking("nvidia.com/mig-7g.80gb", 1));
        await scope.BoundPod("first");
        await scope.Add(Pod("second").Asking("nvidia.com/mig-3g.40gb", 1));
        await scope.UnschedulablePod("second", saying: "NoOpenPlacement");

        await scope.Remove("first");

        await PromisedSlice(await scope.BoundPod("second"));
    }

    [Fact]
    public async Task Two_pods_of_two_profiles_share_one_GPU()
    {
        await using var scope = await nos.Plane.Scope("two-pods");
        await Add(scope, "a100", "mig", A100, 1, 81920);

        await scope.Add(Pod("large").Asking("nvidia.com/mig-4g.40gb", 1));
        await scope.Add(Pod("small").Asking("nvidia.com/mig-3g.40gb", 1));

        Assert.EndsWith("=0/4g.40gb@0", (await scope.BoundPod("large")).Text("metadata", "annotations", "nos.nebuly.com/slices"));
        Assert.EndsWith("=0/3g.40gb@4", (await scope.BoundPod("small")).Text("metadata", "annotations", "nos.nebuly.com/slices"));
    }

    [Fact]
    public async Task Two_containers_of_a_pod_have_a_slice_each()
    {
        await using var scope = await nos.Plane.Scope("two-containers");
        await Add(scope, "a100", "mig", A100, 2, 81920);

        await scope.Add(Pod("p").AndContainer("b").Asking("nvidia.com/mig-7g.80gb", 1).AndContainer("a").Asking("nos.nebuly.com/gpu-memory", 10));

        var promise = (await scope.BoundPod("p")).Text("metadata", "annotations", "nos.nebuly.com/slices")!.Split(',');
        Assert.Equal(2, promise.Length);
        Assert.Matches(@"^a=\d/1g\.10gb@\d$", promise[0]);
        Assert.Matches(@"^b=\d/7g\.80gb@0$", promise[1]);
    }

    [Fact]
    public async Task An_init_container_uses_the_slice_that_the_main_one_will_have()
    {
        await using var scope = await nos.Plane.Scope("init");
        await Add(scope, "a100", "mig", A100, 1, 81920);

        await scope.Add(Pod("p").AndInitContainer("setup").Asking("nvidia.com/mig-1g.10gb", 1).AndContainer("work").Asking("nvidia.com/mig-1g.10gb", 1));

        var pod = await scope.BoundPod("p");
        var promise = pod.Text("metadata", "annotations", "nos.nebuly.com/slices")!.Split(',');
        Assert.Equal(["setup", "work"], promise.Select(entry => entry.Split('=')[0]));
        Assert.Single(promise.Select(entry => entry.Split('=')[1]).Distinct());
        Assert.Single(Slices(await nos.Plane.Admin.Get(NosPlane.GpuNode(pod.Text("spec", "nodeName")!)), "spec"));
    }

    [Fact]
    public async Task A_pod_created_while_the_webhook_is_down_waits_with_NotAdmitted()
    {
        await using var scope = await nos.Plane.Scope("webhook-down");
        await Add(scope, "a100", "mig", A100, 1, 81920);
        nos.Webhook.Refuse();
        nos.Webhook.Cut();
        try
        {
            await scope.Add(Pod("p").Asking("nos.nebuly.com/gpu-memory", 10));
        }
        finally
        {
            nos.Webhook.Accept();
        }

        await scope.UnschedulablePod("p", saying: "NotAdmitted");
    }

    [Fact]
    public async Task A_pod_without_GPU_passes_untouched()
    {
        await using var scope = await nos.Plane.Scope("plain");
        await Add(scope, "a100", "mig", A100, 1, 81920);
        await scope.Add(TestNode.Named(scope.NodeName("plain")));

        await scope.Add(Pod("p").Asking("cpu", "1"));

        var pod = await scope.BoundPod("p");
        Assert.DoesNotContain("nos.nebuly.com/", pod["metadata"]!["annotations"]?.ToJsonString() ?? "");
        Assert.Null(pod["spec"]!["affinity"]);
    }

    [Fact]
    public async Task A_forged_promise_is_stripped_and_a_pod_bound_by_hand_is_counted()
    {
        await using var scope = await nos.Plane.Scope("forged");
        await Add(scope, "a100", "mig", A100, 1, 81920);
        var node = scope.NodeName("a100");
        await scope.Add(Pod("first").Asking("nvidia.com/mig-3g.40gb", 1));
        await scope.BoundPod("first");
        await scope.Remove("first");
        await nos.Plane.Admin.Eventually(NosPlane.GpuNode(node), "has a free slice", gpuNode => Slices(gpuNode, "status").Any(slice => (string?)slice["state"] == "Free"));

        await scope.Add(Pod("byhand").Asking("nvidia.com/mig-3g.40gb", 1).Annotated("nos.nebuly.com/slices", "c=0/7g.80gb@0").BoundTo(node));

        Assert.DoesNotContain("7g.80gb", (await scope.Pod("byhand")).ToJsonString());
        await nos.Plane.Admin.Eventually(NosPlane.GpuNode(node), "counts the pod", gpuNode =>
            Slices(gpuNode, "status").Any(slice => ((string?)slice["pod"])?.Contains("/byhand/", StringComparison.Ordinal) == true));
        await scope.Add(Pod("whole").Asking("nvidia.com/mig-7g.80gb", 1));
        await scope.UnschedulablePod("whole", saying: "NoOpenPlacement");
    }

    [Fact]
    public async Task A_node_with_nonsense_labels_and_a_GpuNode_edited_by_hand_stop_nobody_else()
    {
        await using var scope = await nos.Plane.Scope("nonsense");
        await scope.Add(NosPlane.Node(scope.NodeName("banana"), "mig", A100, 1, 81920).Labelled("nvidia.com/gpu.count", "banana"));
        await Add(scope, "edited", "mig", A100, 2, 81920);
        await nos.Plane.Admin.MergePatch(NosPlane.GpuNode(scope.NodeName("edited")), JsonNode.Parse("""
            {"spec":{"gpus":[{"index":0,"slices":[
              {"id":"0-3g.40gb-4","profile":"3g.40gb","start":4,"resource":"nvidia.com/mig-3g.40gb"},
              {"id":"0-7g.80gb-0","profile":"7g.80gb","start":0,"resource":"nvidia.com/mig-7g.80gb"}]},{"index":1,"slices":[]}]}}
            """)!.AsObject());
        var refused = await nos.Plane.Admin.Eventually(NosPlane.GpuNode(scope.NodeName("edited")), "says what is wrong", gpuNode =>
            Slices(gpuNode, "status").Any(slice => (string?)slice["state"] == "Failed"));
        Assert.Contains("0-3g.40gb-4", Slices(refused, "status").Single(slice => (string?)slice["state"] == "Failed")["message"]!.ToString());

        await scope.Add(Pod("p").Asking("nvidia.com/mig-7g.80gb", 1));

        var pod = await scope.BoundPod("p");
        Assert.Equal(scope.NodeName("edited"), pod.Text("spec", "nodeName"));
        var banana = await nos.Plane.Admin.Eventually(NosPlane.GpuNode(scope.NodeName("banana")), "says what is wrong", gpuNode => gpuNode["status"]?["conditions"] is JsonArray);
        Assert.Contains("banana", banana["status"]!["conditions"]!.ToJsonString());
    }

    private static TestPod Pod(string name) => TestPod.Named(name).By(NosPlane.SchedulerName);

    private static IEnumerable<JsonNode> Slices(JsonObject gpuNode, string part) =>
        (gpuNode[part]?["gpus"]?.AsArray() ?? []).SelectMany(gpu => gpu!["slices"]?.AsArray() ?? []).Select(slice => slice!);

    private async Task Add(TestScope scope, string name, string mode, string product, int gpus, int memoryMiB)
    {
        await scope.Add(NosPlane.Node(scope.NodeName(name), mode, product, gpus, memoryMiB));
        await nos.Partitionable(scope.NodeName(name));
    }

    /// <summary>The spec entry of the slice that the pod's only promise names; it must be there.</summary>
    private async Task<JsonObject> PromisedSlice(JsonObject pod)
    {
        var promise = pod.Text("metadata", "annotations", "nos.nebuly.com/slices")!.Split('=', '/', '@', '#');
        var gpuNode = await nos.Plane.Admin.Get(NosPlane.GpuNode(pod.Text("spec", "nodeName")!));
        return Slices(gpuNode, "spec").Single(slice => (string?)slice["id"] == $"{promise[1]}-{promise[2]}-{promise[3]}").AsObject();
    }
}
