using Nos.Scheduling.Agent.Mps;
using Nos.Scheduling.Agent.Nvml;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Tests.Agent.DevicePlugin;
using Nos.Scheduling.Tests.Agent.Nvml;

namespace Nos.Scheduling.Tests.Agent.Mps;

/// <summary>Agent, supervisor, daemons and clients, each a process of its own; nothing is played but NVIDIA's two programs and the API server.</summary>
[Collection("NVML")]
[Trait("Needs", "processes")]
public sealed class SharedNodeTests
{
    [Fact]
    public async Task Shares_what_the_spec_lists_and_gives_the_GPU_back_when_nothing_is_listed_any_more()
    {
        await using var api = await ServedApi.StartAsync("mps");
        using var machine = new MpsMachine("off A100-80GB", "off A30");
        var supervisor = machine.Supervise();
        var agent = machine.Serve(api);
        await api.CutAsync("10gb#1 40gb#1", "7gb#1");
        var status = await api.ShowsAsync("0-10gb-1 Free, 0-40gb-1 Free, 1-7gb-1 Free", () => agent.Said + supervisor.Said);
        Assert.Equal([78, 22], status.Products.Select(product => product.UsableGB));
        await api.ReadyAsync("AgentReady", () => agent.Said);

        api.AddPod("a", "nvidia.com/gpu-10gb", "main=0/10gb#1");
        var client = machine.Use(0, "0-10gb-1");
        await client.SaysAsync("running");
        await api.ShowsAsync("0-10gb-1 Used default/a/main, 0-40gb-1 Free, 1-7gb-1 Free", () => agent.Said);
        await api.CutAsync("", "");
        await api.ShowsAsync("0-10gb-1 Used default/a/main", () => agent.Said);

        // A process may outlive its pod's object.
        await api.DeletePodAsync("a");
        await api.ShowsAsync("0-10gb-1 Used", () => agent.Said);
        Assert.True(client.IsAlive);
        client.Dispose();
        await api.ShowsAsync("", () => agent.Said);

        await machine.StateAsync(0, state => state is { Pid: null, Fault: null }, supervisor);
        Assert.Equal(0, await agent.TerminateAsync());
    }

    [Fact]
    public async Task SIGKILL_of_the_agent_and_its_upgrade_disturb_no_client_and_the_next_finds_the_shares()
    {
        await using var api = await ServedApi.StartAsync("mps");
        using var machine = new MpsMachine("off A100-80GB");
        var supervisor = machine.Supervise();
        var first = machine.Serve(api);
        await api.CutAsync("10gb#1 10gb#2");
        api.AddPod("a", "nvidia.com/gpu-10gb", "main=0/10gb#1");
        const string Shown = "0-10gb-1 Used default/a/main, 0-10gb-2 Free";
        await api.ShowsAsync(Shown, () => first.Said + supervisor.Said);
        var client = machine.Use(0, "0-10gb-1");
        await client.SaysAsync("running");
        var daemon = (await machine.StateAsync(0, state => state.Clients.Count == 1, supervisor)).Pid;

        await first.KillAsync();
        var second = machine.Serve(api);
        await Eventually.Async(() => second.Said.Contains("Opened NVML"));
        await api.CutAsync("10gb#1 10gb#2 20gb#1");
        await api.ShowsAsync("0-10gb-1 Used default/a/main, 0-20gb-1 Free, 0-10gb-2 Free", () => second.Said);
        Assert.Equal(0, await second.TerminateAsync());
        var third = machine.Serve(api);
        await api.ReadyAsync("AgentReady", () => third.Said);

        Assert.True(client.IsAlive);
        Assert.Equal(daemon, (await machine.StateAsync(0, state => state.IsServing, supervisor)).Pid);
    }

    [Fact]
    public async Task A_daemon_that_cannot_be_started_any_more_makes_its_shares_Failed_until_it_is()
    {
        await using var api = await ServedApi.StartAsync("mps");
        using var machine = new MpsMachine("off A100-80GB");
        var supervisor = machine.Supervise();
        var agent = machine.Serve(api);
        await api.CutAsync("10gb#1");
        await api.ShowsAsync("0-10gb-1 Free", () => agent.Said + supervisor.Said);

        machine.Says(0, "refuse Out of memory");
        MpsMachine.Kill((await machine.StateAsync(0, state => state.IsServing, supervisor)).Pid!.Value);

        var status = await api.ShowsAsync("0-10gb-1 Failed", () => agent.Said);
        Assert.False(status.Gpus[0].Slices[0].Advertised);
        await Eventually.Async(async () => Message(await api.StatusAsync(), "Partitioned") is var message && message.Contains("Out of memory") ? "" : $"the condition says: {message}");
        machine.Says(0);
        await api.ShowsAsync("0-10gb-1 Free", () => agent.Said + supervisor.Said);
    }

    [Fact]
    public async Task A_node_without_supervisor_is_not_ready_and_is_when_one_comes()
    {
        await using var api = await ServedApi.StartAsync("mps");
        using var machine = new MpsMachine("off A100-80GB");
        var agent = machine.Serve(api);
        await api.CutAsync("10gb#1");
        await api.ReadyAsync("NotShareable", () => agent.Said);

        var supervisor = machine.Supervise();

        await api.ShowsAsync("0-10gb-1 Free", () => agent.Said + supervisor.Said);
        await api.ReadyAsync("AgentReady", () => agent.Said);
    }

    [Fact]
    public async Task A_pod_of_another_user_that_waits_is_named_in_a_condition()
    {
        await using var api = await ServedApi.StartAsync("mps");
        using var machine = new MpsMachine("off A100-80GB");
        var supervisor = machine.Supervise();
        var agent = machine.Serve(api);
        await api.CutAsync("10gb#1 10gb#2");
        api.AddPod("a", "nvidia.com/gpu-10gb", "main=0/10gb#1");
        api.AddPod("b", "nvidia.com/gpu-10gb", "main=0/10gb#2");
        await api.ShowsAsync("0-10gb-1 Used default/a/main, 0-10gb-2 Used default/b/main", () => agent.Said + supervisor.Said);
        var first = machine.Use(0, "0-10gb-1", uid: 1000);
        await first.SaysAsync("running");
        var second = machine.Use(0, "0-10gb-2", uid: 1001);
        await second.SaysAsync("queued");

        await Eventually.Async(async () => Message(await api.StatusAsync(), "ClientsServed") is { Length: > 0 } ? "" : $"no condition: {agent.Said}{supervisor.Said}");
        Assert.StartsWith($"Process {second.Pid} of user 1001, of default/b/main, waits for GPU 0 until every process of user 1000 has left it", Message(await api.StatusAsync(), "ClientsServed"));

        first.Dispose();
        await second.SaysAsync("running");
        await Eventually.Async(async () => Message(await api.StatusAsync(), "ClientsServed") is var message && message.Length == 0 ? "" : message);
    }

    [Fact]
    public async Task When_the_label_changes_to_mig_the_shares_go_the_GPU_is_given_back_and_then_it_is_cut()
    {
        await using var api = await ServedApi.StartAsync("mps");
        using var machine = new MpsMachine("off A100-80GB");
        var supervisor = machine.Supervise();
        var agent = machine.Serve(api, "--enable-mig");
        await api.CutAsync("10gb#1 10gb#2");
        await api.ShowsAsync("0-10gb-1 Free, 0-10gb-2 Free", () => agent.Said + supervisor.Said);
        using var client = machine.Use(0, "0-10gb-1");
        await client.SaysAsync("running");
        await api.ShowsAsync("0-10gb-1 Used, 0-10gb-2 Free", () => agent.Said + supervisor.Said);

        // As the server does: free slices go from the spec first, and the mode changes when nothing is left.
        await api.LabelAsync("mig");
        await api.CutAsync("");
        await api.ShowsAsync("0-10gb-1 Used", () => agent.Said);
        client.Dispose();
        await api.ShowsAsync("", () => agent.Said);
        await api.ChangeAsync("MIG", "3g.40gb@4");

        await api.ShowsAsync("0-3g.40gb-4 Free", () => agent.Said + supervisor.Said);
        Assert.Null(HostProcesses.DaemonOf(machine.Gpu(0)));
        Assert.Equal(ComputeMode.Default, machine.ModeOf(0));
    }

    [Fact]
    public async Task Kubelet_gives_a_share_away_with_its_pipe_and_its_limit_and_hears_when_the_daemon_is_gone()
    {
        const string Ten = "nvidia.com/gpu-10gb";
        await using var api = await ServedApi.StartAsync("mps");
        await using var kubelet = new StandInKubelet();
        await kubelet.StartAsync();
        using var machine = new MpsMachine("off A100-80GB");
        var supervisor = machine.Supervise();
        var agent = machine.ServeBeside(kubelet, api);
        await api.CutAsync("10gb#1");
        await kubelet.KnowsAsync(Ten, "0-10gb-1 Healthy");

        var grant = await kubelet.AllocateAsync(Ten, "0-10gb-1");
        Assert.Equal(("0=10G", "0-10gb-1"), (grant.Envs["CUDA_MPS_PINNED_DEVICE_MEM_LIMIT"], grant.Envs["NOS_MPS_SHARES"]));
        Assert.Equal([machine.Gpu(0).Pipe, machine.Gpu(0).Shm], grant.Mounts.Select(mount => mount.HostPath));

        machine.Says(0, "refuse Out of memory");
        MpsMachine.Kill((await machine.StateAsync(0, state => state.IsServing, supervisor)).Pid!.Value);
        await kubelet.KnowsAsync(Ten, "0-10gb-1 Unhealthy");
        machine.Says(0);
        await kubelet.KnowsAsync(Ten, "0-10gb-1 Healthy");
        Assert.Equal(0, await agent.TerminateAsync());
    }

    private static string Message(GpuNodeStatus status, string type) => Array.Find(status.Conditions, condition => condition.Type == type)?.Message ?? "";
}
