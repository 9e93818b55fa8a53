using System.Text.Json.Nodes;
using Nos.Scheduling.ClusterTests.Harness;

namespace Nos.Scheduling.ClusterTests.WholeLine;

/// <summary>From a user's pod to a container that knows its slice, with everything real but the GPU.</summary>
[Collection(LineCollection.Name)]
public sealed class LineTests(LinePlane line)
{
    private const string Asked = "nos.nebuly.com/gpu-memory";

    [KubeletFact]
    public async Task A_pod_that_asks_for_10_GB_runs_on_a_slice_cut_for_it_and_the_next_pod_takes_that_over()
    {
        await using var scope = await line.Scope("ten-gb");

        await scope.Add(LineScope.Pod("first", "once").Asking(Asked, 10));

        var first = await scope.InPhase("first", "Succeeded");
        Assert.Equal("1", first.Text("spec", "containers", "0", "resources", "limits", "nvidia.com/mig-1g.10gb"));
        Assert.Equal(LinePlane.Node, first.Text("spec", "nodeName"));
        var promised = first.Annotation("nos.nebuly.com/slices")!.Split('=', '/', '@');
        var slice = await line.Slice("the slice, free", slice => slice.Text("id") == $"{promised[1]}-{promised[2]}-{promised[3]}" && slice.Text("state") == "Free");
        Assert.Equal(slice.Text("uuid"), await scope.Devices("first"));

        line.Gpus.ForgetCalls();
        await scope.Add(LineScope.Pod("second").Asking(Asked, 10));

        await scope.Running("second");
        Assert.Equal(slice.Text("uuid"), await scope.Devices("second"));
        Assert.Equal(slice.Text("id"), (await line.SliceOf(scope, "second")).Text("id"));
        Assert.DoesNotContain(line.Gpus.Calls, call => call.Contains("CreateGpuInstance", StringComparison.Ordinal));
    }

    [KubeletFact]
    public async Task A_pod_starts_before_the_node_has_told_the_scheduler_of_its_slice()
    {
        // kubelet tells every ten seconds. On a busy machine it may have told when we look: then the next profile is tried.
        foreach (var resource in new[] { "nvidia.com/mig-1g.10gb.me", "nvidia.com/mig-4g.40gb", "nvidia.com/mig-1g.20gb", "nvidia.com/mig-7g.80gb" })
        {
            await using var scope = await line.Scope("untold");
            var told = await Told();
            await Polling.Until("kubelet has just reported the node", Told, now => now != told, TimeSpan.FromMinutes(1));
            told = await Told();

            await scope.Add(LineScope.Pod("p").Asking(resource, 1));

            await scope.Running("p");
            var node = await line.Api.Get(ApiPaths.Node(LinePlane.Node));
            Assert.Equal((await line.SliceOf(scope, "p")).Text("uuid"), await scope.Devices("p"));
            if (Heartbeat(node) == told)
            {
                Assert.Equal("0", node.Text("status", "allocatable", resource) ?? "0");
                return;
            }
        }

        Assert.Fail("No pod has started within ten seconds.");
    }

    [KubeletFact]
    public async Task Of_twenty_pods_of_mixed_profiles_created_at_once_each_runs_on_a_slice_of_its_own()
    {
        await using var scope = await line.Scope("burst");
        string[] asked = ["mig-1g.10gb", "mig-2g.20gb", "mig-1g.10gb", "mig-3g.40gb", "mig-1g.20gb"];
        var pods = Enumerable.Range(0, 20).Select(index => (Name: $"p{index:00}", Resource: $"nvidia.com/{asked[index % asked.Length]}")).ToList();

        await Parallel.ForEachAsync(pods, async (pod, _) => await scope.Add(LineScope.Pod(pod.Name).Asking(pod.Resource, 1)));

        var devices = new List<string>();
        foreach (var pod in pods)
        {
            await scope.Running(pod.Name);
            devices.Add(await scope.Devices(pod.Name));
            Assert.Equal(devices[^1], (await line.SliceOf(scope, pod.Name)).Text("uuid"));
        }

        Assert.Equal(pods.Count, devices.Distinct().Count());
    }

    [KubeletFact]
    public async Task A_slice_that_kubelet_was_told_to_forget_is_given_to_nobody()
    {
        await using var scope = await line.Scope("forgotten");
        await scope.Add(LineScope.Pod("first", "once").Asking("nvidia.com/mig-4g.40gb", 1));
        await scope.InPhase("first", "Succeeded");
        var slice = await line.Slice("the slice, free", slice => slice.Text("profile") == "4g.40gb" && slice.Text("state") == "Free");
        var gpu = int.Parse(slice.Text("id")!.Split('-')[0]);

        await line.Edit(gpu, slices => slices.Remove(slices.Single(entry => entry.Text("id") == slice.Text("id"))));
        await line.Eventually("has destroyed the slice", gpuNode => LinePlane.Slices(gpuNode).All(left => left.Text("profile") != "4g.40gb"));
        await scope.Add(LineScope.Pod("late").Asking("nvidia.com/mig-4g.40gb", 1).BoundTo(LinePlane.Node));

        var late = await Polling.Until("the pod has failed", () => scope.Pod("late"), pod => pod.Text("status", "phase") == "Failed", TimeSpan.FromMinutes(1));
        Assert.Equal("UnexpectedAdmissionError", late.Text("status", "reason"));
    }

    private static string Heartbeat(JsonObject node) =>
        node["status"]!["conditions"]!.AsArray().Single(condition => condition.Text("type") == "Ready").Text("lastHeartbeatTime")!;

    private async Task<string> Told() => Heartbeat(await line.Api.Get(ApiPaths.Node(LinePlane.Node)));
}
