namespace Nos.Scheduling.Tests.Agent.Nvml;

/// <summary>The agent as a process, as it runs in production but for kubelet: nothing simulated but the library below and the API server above.</summary>
[Collection("NVML")]
[Trait("Needs", "processes")]
public sealed class ServedNodeTests
{
    [Fact]
    public async Task Cuts_what_the_spec_lists_gives_it_to_pods_and_says_goodbye()
    {
        await using var api = await ServedApi.StartAsync();
        using var machine = new NvmlMachine("A100-80GB", "A30");
        using var agent = AgentRun.Serving(machine, api);
        await api.CutAsync("1g.10gb@0 3g.40gb@4", "2g.12gb@2");
        var status = await api.ShowsAsync("0-1g.10gb-0 Free, 0-3g.40gb-4 Free, 1-2g.12gb-2 Free", () => agent.Said);

        Assert.Equal("580.95.05", status.Driver);
        Assert.Equal(["NVIDIA-A100-SXM4-80GB", "NVIDIA-A30"], status.Products.Select(product => product.Product));
        Assert.All(status.Gpus.SelectMany(gpu => gpu.Slices), slice => Assert.True(slice.Advertised));

        api.AddPod("a", "nvidia.com/mig-3g.40gb", "main=0/3g.40gb@4");
        await api.ShowsAsync("0-1g.10gb-0 Free, 0-3g.40gb-4 Used default/a/main, 1-2g.12gb-2 Free", () => agent.Said);
        await api.CutAsync("", "");
        await api.ShowsAsync("0-3g.40gb-4 Used default/a/main", () => agent.Said);
        await api.DeletePodAsync("a");
        await api.ShowsAsync("", () => agent.Said);

        Assert.Equal(0, await agent.TerminateAsync());
        await api.ReadyAsync("Stopping", () => agent.Said);
    }

    [Fact]
    public async Task Started_anew_after_SIGKILL_it_adopts_what_exists_and_knows_whose_it_is()
    {
        await using var api = await ServedApi.StartAsync();
        using var machine = new NvmlMachine("A100-80GB");
        await api.CutAsync("1g.10gb@0 3g.40gb@4");
        api.AddPod("a", "nvidia.com/mig-3g.40gb", "main=0/3g.40gb@4");
        const string Shown = "0-1g.10gb-0 Free, 0-3g.40gb-4 Used default/a/main";
        using var first = AgentRun.Serving(machine, api);
        var before = await api.ShowsAsync(Shown, () => first.Said);
        await first.KillAsync();

        using var second = AgentRun.Serving(machine, api);
        await Eventually.Async(() => second.Said.Contains("Opened NVML"));
        await api.CutAsync("2g.20gb@0");
        var after = await api.ShowsAsync("0-2g.20gb-0 Free, 0-3g.40gb-4 Used default/a/main", () => second.Said);

        Assert.Equal(before.Gpus[0].Slices[1].Uuid, after.Gpus[0].Slices[1].Uuid);
    }

    [Theory]
    [InlineData("nvmlComputeInstanceDestroy", 0)]
    [InlineData("nvmlGpuInstanceDestroy", 0)]
    [InlineData("nvmlDeviceCreateGpuInstanceWithPlacement", 0)]
    [InlineData("nvmlGpuInstanceCreateComputeInstance", 0)]
    [InlineData("nvmlGpuInstanceCreateComputeInstance", 1)]
    public async Task Killed_before_or_after_a_call_that_changes_something_the_next_start_converges(string call, int after)
    {
        await using var api = await ServedApi.StartAsync();
        using var machine = new NvmlMachine("A100-80GB");
        await machine.CutAsync(0, "2g.20gb@0 3g.40gb@4");
        machine.Says("process 0 4", $"exit-at {call} {after}");
        await api.CutAsync("1g.10gb@0 3g.40gb@4");
        using (var killed = AgentRun.Serving(machine, api))
        {
            Assert.Equal(128 + 9, await killed.ExitCodeAsync());
        }

        machine.SaysNo($"exit-at {call} {after}");
        using var next = AgentRun.Serving(machine, api);

        await api.ShowsAsync("0-1g.10gb-0 Free, 0-3g.40gb-4 Used", () => next.Said);
    }

    [Fact]
    public async Task On_a_node_that_the_DRA_driver_owns_it_touches_nothing_and_says_so()
    {
        await using var api = await ServedApi.StartAsync();
        using var machine = new NvmlMachine("A100-80GB");
        await machine.CutAsync(0, "3g.40gb@4");
        api.AddResourceSlice("gpu.nvidia.com");
        await api.CutAsync("1g.10gb@0");
        using var agent = AgentRun.Serving(machine, api);

        await api.ReadyAsync("DraOwned", () => agent.Said);

        await api.ShowsAsync("0-3g.40gb-4 Free", () => agent.Said);
    }

    [Fact]
    public async Task An_XID_error_is_reported_as_it_happens()
    {
        await using var api = await ServedApi.StartAsync();
        using var machine = new NvmlMachine("A100-80GB");
        await api.CutAsync("1g.10gb@0 3g.40gb@4");
        using var agent = AgentRun.Serving(machine, api);
        await api.ShowsAsync("0-1g.10gb-0 Free, 0-3g.40gb-4 Free", () => agent.Said);

        NvmlDouble.Xid(0, 4, 31);
        NvmlDouble.Xid(0, 4, 94);

        var status = await api.ShowsAsync("0-1g.10gb-0 Free, 0-3g.40gb-4 Failed", () => agent.Said);
        Assert.Contains("XID error 94", status.Gpus[0].Slices[1].Message);
    }

    [Fact]
    public async Task Without_a_driver_it_waits_for_one_and_says_so()
    {
        await using var api = await ServedApi.StartAsync();
        using var machine = new NvmlMachine("A100-80GB");
        machine.Says("unloaded");
        using var agent = AgentRun.Serving(machine, api);
        await api.ReadyAsync("DriverNotLoaded", () => agent.Said);

        machine.SaysNo("unloaded");

        await api.ReadyAsync("AgentReady", () => agent.Said);
    }

    [Fact]
    public async Task When_the_driver_is_upgraded_under_it_it_ends_to_be_started_anew()
    {
        await using var api = await ServedApi.StartAsync();
        using var machine = new NvmlMachine("A100-80GB");
        using var agent = AgentRun.Serving(machine, api);
        await api.ReadyAsync("AgentReady", () => agent.Said);

        machine.Says("mismatch");

        Assert.Equal(1, await agent.ExitCodeAsync());
    }

    [Fact]
    public async Task After_a_reboot_MIG_mode_that_was_on_is_switched_on_again_and_slices_are_made_anew_at_their_places()
    {
        await using var api = await ServedApi.StartAsync();
        using var machine = new NvmlMachine("H100-80GB");
        await api.CutAsync("1g.20gb@2");
        using (var before = AgentRun.Serving(machine, api))
        {
            await api.ShowsAsync("0-1g.20gb-2 Free", () => before.Said);
            Assert.Equal(0, await before.TerminateAsync());
        }

        machine.Reboot("off H100-80GB");
        using var agent = AgentRun.Serving(machine, api);

        await api.ReadyAsync("AgentReady", () => agent.Said);
        await api.ShowsAsync("0-1g.20gb-2 Free", () => agent.Said);
        Assert.Contains("nvmlDeviceSetMigMode 0", machine.Calls);
    }

    [Fact]
    public async Task After_a_reboot_it_tells_which_pod_was_started_with_an_instance_that_is_gone()
    {
        await using var api = await ServedApi.StartAsync();
        using var machine = new NvmlMachine("H100-80GB");
        await api.CutAsync("1g.20gb@2 1g.20gb@4");
        api.AddPod("a", "nvidia.com/mig-1g.20gb", "main=0/1g.20gb@2");
        const string Shown = "0-1g.20gb-2 Used default/a/main, 0-1g.20gb-4 Free";
        string? uuid;
        using (var before = AgentRun.Serving(machine, api))
        {
            uuid = (await api.ShowsAsync(Shown, () => before.Said)).Gpus[0].Slices[0].Uuid;
            await before.KillAsync();
        }

        machine.Reboot("off H100-80GB");
        using var agent = AgentRun.Serving(machine, api);

        await Eventually.Async(async () => (await api.StatusAsync()).Gpus[0].Slices is [{ State: "Used", LostUuid: { } lost } slice, ..] && lost == uuid && slice.Uuid != uuid ? "" : agent.Said);
        var status = await api.ShowsAsync(Shown, () => agent.Said);
        Assert.Null(status.Gpus[0].Slices[1].LostUuid);
        await api.DeletePodAsync("a");
        Assert.Null((await api.ShowsAsync("0-1g.20gb-2 Free, 0-1g.20gb-4 Free", () => agent.Said)).Gpus[0].Slices[0].LostUuid);
    }
}
