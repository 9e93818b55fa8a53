using System.Text.Json.Nodes;
using Nos.Scheduling.ClusterTests.Harness;

namespace Nos.Scheduling.ClusterTests.WholeLine;

/// <summary>The line with parts of it killed, and with processes that outlive their pods.</summary>
[Collection(LineCollection.Name)]
public sealed class LineFaultTests(LinePlane line)
{
    private const string OneTen = "nvidia.com/mig-1g.10gb";

    [KubeletFact]
    public async Task An_agent_that_was_killed_takes_nothing_from_a_running_pod_and_serves_the_next()
    {
        await using var scope = await line.Scope("agent");
        var (started, slice) = await Begun(scope);

        await line.Nos.Agent.Kill();
        line.Gpus.ForgetCalls();
        line.StartAgent();

        await GoesOn(scope, started, slice);
    }

    [KubeletFact]
    public async Task A_pod_created_while_the_agent_is_away_starts_when_it_is_back()
    {
        await using var scope = await line.Scope("away");
        await line.Nos.Agent.Kill();

        await scope.Add(LineScope.Pod("meanwhile").Asking("nvidia.com/mig-2g.20gb", 1));
        await Task.Delay(TimeSpan.FromSeconds(1));
        line.StartAgent();

        await scope.Running("meanwhile");
        Assert.Equal((await line.SliceOf(scope, "meanwhile")).Text("uuid"), await scope.Devices("meanwhile"));
    }

    [KubeletFact]
    public async Task A_kubelet_that_was_killed_is_told_of_all_slices_again_and_its_pods_keep_theirs()
    {
        await using var scope = await line.Scope("kubelet");
        var (started, slice) = await Begun(scope);
        line.Gpus.ForgetCalls();

        await line.Kubelet.KillKubelet();
        await line.Slice("a slice that kubelet does not know of", shown => shown.Text("advertised") == "false");
        await line.Kubelet.StartKubelet();

        await GoesOn(scope, started, slice);
    }

    [KubeletFact]
    public async Task A_slice_whose_pod_was_deleted_by_force_goes_to_nobody_until_its_process_has_ended()
    {
        await using var scope = await line.Scope("force");
        await scope.Add(LineScope.Pod("first").Asking("nvidia.com/mig-1g.20gb", 1));
        await scope.Running("first");
        var slice = await line.SliceOf(scope, "first");
        var process = $"process {Gpu(slice)} {slice.Text("start")}";
        line.Gpus.Says(process);
        try
        {
            await scope.Forget("first");
            await scope.Add(LineScope.Pod("next").Asking("nvidia.com/mig-1g.20gb", 1));

            await scope.Running("next");
            Assert.NotEqual(slice.Text("uuid"), await scope.Devices("next"));
            await line.Slice("the slice of the forgotten pod, in use", shown => shown.Text("uuid") == slice.Text("uuid") && shown.Text("state") == "Used" && shown.Text("pod") is null);
        }
        finally
        {
            line.Gpus.SaysNoMore(process);
        }

        await line.Slice("the slice, free", shown => shown.Text("uuid") == slice.Text("uuid") && shown.Text("state") == "Free" && shown.Text("advertised") == "true");
    }

    [KubeletFact]
    public async Task A_pod_bound_past_us_for_a_slice_whose_last_process_still_runs_is_refused()
    {
        await using var scope = await line.Scope("past-us");
        await scope.Add(LineScope.Pod("first").Asking("nvidia.com/mig-7g.80gb", 1));
        await scope.Running("first");
        var slice = await line.SliceOf(scope, "first");
        var process = $"process {Gpu(slice)} {slice.Text("start")}";
        line.Gpus.Says(process);
        try
        {
            await scope.Forget("first");
            await scope.Add(LineScope.Pod("hasty").Asking("nvidia.com/mig-7g.80gb", 1).BoundTo(LinePlane.Node));

            var hasty = await Polling.Until("the pod has failed", () => scope.Pod("hasty"), pod => pod.Text("status", "phase") == "Failed", TimeSpan.FromMinutes(1));
            Assert.Equal("UnexpectedAdmissionError", hasty.Text("status", "reason"));
        }
        finally
        {
            line.Gpus.SaysNoMore(process);
        }
    }

    [KubeletFact]
    public async Task A_kubelet_that_has_forgotten_a_pod_is_no_reason_to_destroy_the_slice_that_its_process_runs_on()
    {
        await using var scope = await line.Scope("amnesia");
        await scope.Add(LineScope.Pod("lost").Asking("nvidia.com/mig-3g.40gb", 1));
        await scope.Running("lost");
        var slice = await line.SliceOf(scope, "lost");
        var process = $"process {Gpu(slice)} {slice.Text("start")}";
        line.Gpus.Says(process);
        try
        {
            await line.Kubelet.KillKubelet();
            await scope.Forget("lost");
            line.Gpus.ForgetCalls();
            var generation = await line.Edit(Gpu(slice), slices => slices.Remove(slices.SingleOrDefault(entry => entry.Text("id") == slice.Text("id"))));
            await line.Kubelet.StartKubelet();
            await line.AdvertisedAnew();
            await line.Eventually("follows the spec", gpuNode => (long?)gpuNode.At("status", "observedGeneration") >= generation);

            await scope.Add(LineScope.Pod("other").Asking("nvidia.com/mig-3g.40gb", 1));
            await scope.Running("other");
            Assert.NotEqual(slice.Text("uuid"), await scope.Devices("other"));
            Assert.Contains(LinePlane.Slices(await line.GpuNode()), shown => shown.Text("uuid") == slice.Text("uuid"));
            NothingDestroyedBeside(slice);
        }
        finally
        {
            line.Gpus.SaysNoMore(process);
        }

        await line.Slice("the slice, free", shown => shown.Text("uuid") == slice.Text("uuid") && shown.Text("state") == "Free");
    }

    [KubeletFact]
    public async Task A_running_pod_keeps_its_slice_while_kubelet_is_away_whatever_the_spec_says()
    {
        await using var scope = await line.Scope("unwanted");
        await scope.Add(LineScope.Pod("p").Asking("nvidia.com/mig-3g.40gb", 1));
        await scope.Running("p");
        var slice = await line.SliceOf(scope, "p");
        line.Gpus.ForgetCalls();

        await line.Kubelet.KillKubelet();
        await line.Nos.Agent.Kill();
        await line.Edit(Gpu(slice), slices => slices.Remove(slices.Single(entry => entry.Text("id") == slice.Text("id"))));
        line.StartAgent();
        await line.Kubelet.StartKubelet();

        await line.AdvertisedAnew();
        Assert.Equal(slice.Text("uuid"), (await line.SliceOf(scope, "p")).Text("uuid"));
        NothingDestroyedBeside(slice);
        await scope.Running("p");
    }

    [KubeletFact]
    public async Task A_pod_whose_slice_went_with_a_reboot_is_evicted_and_the_next_runs_on_the_one_that_was_made_anew_at_its_place()
    {
        await using var scope = await line.Scope("reboot");
        await scope.Add(LineScope.Pod("loses").Asking("nvidia.com/mig-4g.40gb", 1));
        await scope.Running("loses");
        var before = await line.SliceOf(scope, "loses");

        await line.Nos.Agent.Kill();
        line.Gpus.Reboot();
        line.StartAgent();

        await scope.Api.EventuallyList(
            ApiPaths.Events(scope.Namespace),
            "the pod is told why it goes",
            events => events.Any(told => told.Text("reason") == "SliceLost" && told.Text("involvedObject", "name") == "loses" && told.Text("message")!.Contains(before.Text("uuid")!, StringComparison.Ordinal)));
        await line.Slice("the slice, made anew and free", slice => slice.Text("id") == before.Text("id") && slice.Text("uuid") != before.Text("uuid") && slice.Text("state") == "Free");

        await scope.Add(LineScope.Pod("next").Asking("nvidia.com/mig-4g.40gb", 1));
        await scope.Running("next");
        var after = await line.SliceOf(scope, "next");
        Assert.Equal(before.Text("id"), after.Text("id"));
        Assert.Equal(after.Text("uuid"), await scope.Devices("next"));
    }

    /// <summary>A pod that runs before anything goes wrong: its container, and its slice.</summary>
    private async Task<(string? Container, JsonObject Slice)> Begun(LineScope scope)
    {
        await scope.Add(LineScope.Pod("before").Asking(OneTen, 1));
        return (Container(await scope.Running("before")), await line.SliceOf(scope, "before"));
    }

    /// <summary>That pod has kept its container and its slice, on whose GPU nothing was destroyed; the next pod has one of its own.</summary>
    private async Task GoesOn(LineScope scope, string? container, JsonObject slice)
    {
        await line.AdvertisedAnew();
        await scope.Add(LineScope.Pod("after").Asking(OneTen, 1));
        await scope.Running("after");
        Assert.Equal(slice.Text("id"), (await line.SliceOf(scope, "before")).Text("id"));
        Assert.NotEqual(slice.Text("uuid"), await scope.Devices("after"));
        Assert.Equal(container, Container(await scope.Running("before")));
        NothingDestroyedBeside(slice);
    }

    private static string? Container(JsonObject pod) => pod.Text("status", "containerStatuses", "0", "containerID");

    private static int Gpu(JsonObject slice) => int.Parse(slice.Text("id")!.Split('-')[0]);

    /// <summary>On the slice's GPU nothing has been destroyed since the calls were forgotten.</summary>
    private void NothingDestroyedBeside(JsonObject slice) => Assert.DoesNotContain($"nvmlGpuInstanceDestroy {Gpu(slice)}", line.Gpus.Calls);
}
