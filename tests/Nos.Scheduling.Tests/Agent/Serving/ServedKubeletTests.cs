using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Tests.Agent.DevicePlugin;
using Nos.Scheduling.Tests.Agent.Nvml;

namespace Nos.Scheduling.Tests.Agent.Serving;

/// <summary>The agent as a process between a stand-in kubelet and an API server in memory, on the double of NVIDIA's library.</summary>
[Collection("NVML")]
[Trait("Needs", "processes")]
public sealed class ServedKubeletTests : IAsyncLifetime, IAsyncDisposable
{
    private const string OneTen = "nvidia.com/mig-1g.10gb";

    private readonly StandInKubelet kubelet = new();
    private readonly NvmlMachine machine = new("A100-80GB");
    private ServedApi? served;

    private ServedApi Api => served!;

    [Fact]
    public async Task A_slice_is_advertised_when_kubelet_has_heard_of_it_used_when_it_names_a_holder_and_free_when_it_does_no_more()
    {
        await kubelet.StartAsync();
        using var agent = Start();
        await kubelet.KnowsAsync(OneTen);
        await Api.CutAsync("1g.10gb@3");
        await Api.ShowsAsync("0-1g.10gb-3 Free", Said(agent));
        await AdvertisedAsync(true, agent);

        Api.AddPod("a", OneTen, "main=0/1g.10gb@3");
        var grant = await kubelet.AllocateAsync(OneTen, "0-1g.10gb-3");
        kubelet.Tells(("a", OneTen, "0-1g.10gb-3"));
        var status = await Api.ShowsAsync("0-1g.10gb-3 Used default/a/main", Said(agent));
        Assert.Equal(grant.Envs["NVIDIA_VISIBLE_DEVICES"], status.Gpus[0].Slices[0].Uuid);

        await Api.DeletePodAsync("a");
        kubelet.Tells();
        await Api.ShowsAsync("0-1g.10gb-3 Free", Said(agent));
    }

    [Fact]
    public async Task Without_a_kubelet_slices_are_cut_and_not_advertised()
    {
        using var agent = Start();
        await Api.CutAsync("1g.10gb@3");
        await Api.ShowsAsync("0-1g.10gb-3 Free", Said(agent));
        await AdvertisedAsync(false, agent);

        await kubelet.StartAsync();

        await AdvertisedAsync(true, agent);
    }

    [Fact]
    public async Task What_a_bound_pod_was_promised_stays_though_the_spec_drops_it_and_kubelet_names_nobody_yet()
    {
        await kubelet.StartAsync();
        using var agent = Start();
        await Api.CutAsync("1g.10gb@3 1g.10gb@4");
        await Api.ShowsAsync("0-1g.10gb-3 Free, 0-1g.10gb-4 Free", Said(agent));

        // Nobody binds a pod before that.
        await AdvertisedAsync(true, agent);
        Api.AddPod("a", OneTen, "main=0/1g.10gb@3");

        await Api.CutAsync("");

        await Api.ShowsAsync("0-1g.10gb-3 Free", Said(agent));
        await kubelet.AllocateAsync(OneTen, "0-1g.10gb-3");
        kubelet.Tells(("a", OneTen, "0-1g.10gb-3"));
        await Api.ShowsAsync("0-1g.10gb-3 Used default/a/main", Said(agent));
        await Api.DeletePodAsync("a");
        kubelet.Tells();
        await Api.ShowsAsync("", Said(agent));
    }

    [Fact]
    public async Task What_a_pod_has_through_another_plugin_stays_until_it_is_gone_though_a_kubelet_that_was_just_started_names_it_no_more()
    {
        await kubelet.StartAsync();
        using var agent = Start();
        await Api.CutAsync("1g.10gb@3 1g.10gb@4");
        var uuid = (await Api.ShowsAsync("0-1g.10gb-3 Free, 0-1g.10gb-4 Free", Said(agent))).Gpus[0].Slices[0].Uuid!;
        Api.AddPod("b", "nvidia.com/gpu", "");
        kubelet.Tells(("b", OneTen, uuid));
        await Api.ShowsAsync("0-1g.10gb-3 Used, 0-1g.10gb-4 Free", Said(agent));
        await kubelet.KnowsAsync(OneTen, "0-1g.10gb-4 Healthy");

        Api.AddPod("c", OneTen, "main=0/1g.10gb@4");
        kubelet.Tells(("c", OneTen, "0-1g.10gb-4"));
        await Api.ShowsAsync("0-1g.10gb-3 Used, 0-1g.10gb-4 Used default/c/main", Said(agent));
        await Api.CutAsync("1g.10gb@0");
        await Api.ShowsAsync("0-1g.10gb-0 Free, 0-1g.10gb-3 Used, 0-1g.10gb-4 Used default/c/main", Said(agent));
        await Api.DeletePodAsync("b");

        await Api.ShowsAsync("0-1g.10gb-0 Free, 0-1g.10gb-4 Used default/c/main", Said(agent));
    }

    [Fact]
    public async Task A_promise_beyond_what_the_pod_asks_for_keeps_nothing()
    {
        await kubelet.StartAsync();
        using var agent = Start();
        await Api.CutAsync("1g.10gb@3 1g.10gb@4 2g.20gb@0");
        await Api.ShowsAsync("0-2g.20gb-0 Free, 0-1g.10gb-3 Free, 0-1g.10gb-4 Free", Said(agent));
        await AdvertisedAsync(true, agent);
        Api.AddPod("greedy", OneTen, "main=0/1g.10gb@3,main=0/1g.10gb@4,main=0/2g.20gb@0");

        await Api.CutAsync("");

        await Api.ShowsAsync("0-1g.10gb-3 Free", Said(agent));
    }

    [Fact]
    public async Task Killed_and_started_beside_a_kubelet_that_names_nobody_yet_it_takes_nothing_from_whom_it_reported()
    {
        await kubelet.StartAsync();
        using (var first = Start())
        {
            await Api.CutAsync("1g.10gb@3 2g.20gb@0");
            await Api.ShowsAsync("0-2g.20gb-0 Free, 0-1g.10gb-3 Free", Said(first));
            Api.AddPod("a", OneTen, "");
            kubelet.Tells(("a", OneTen, "0-1g.10gb-3"));
            await Api.ShowsAsync("0-2g.20gb-0 Free, 0-1g.10gb-3 Used default/a/main", Said(first));
            await first.KillAsync();
        }

        kubelet.Tells();
        await Api.CutAsync("");
        using var second = Start();

        await Api.ShowsAsync("0-1g.10gb-3 Used default/a/main", Said(second));
        await Api.DeletePodAsync("a");
        await Api.ShowsAsync("", Said(second));
    }

    [Fact]
    public async Task A_slice_whose_pod_was_deleted_by_force_is_unhealthy_while_its_process_runs_and_healthy_again_without_anybodys_doing()
    {
        await kubelet.StartAsync();
        using var agent = Start();
        await Api.CutAsync("1g.10gb@3");
        await kubelet.KnowsAsync(OneTen, "0-1g.10gb-3 Healthy");
        Api.AddPod("a", OneTen, "main=0/1g.10gb@3");
        await kubelet.AllocateAsync(OneTen, "0-1g.10gb-3");
        kubelet.Tells(("a", OneTen, "0-1g.10gb-3"));
        await Api.ShowsAsync("0-1g.10gb-3 Used default/a/main", Said(agent));
        machine.Says("process 0 3");

        kubelet.Tells();
        await Api.DeletePodAsync("a");
        await kubelet.KnowsAsync(OneTen, "0-1g.10gb-3 Unhealthy");
        await Api.ShowsAsync("0-1g.10gb-3 Used", Said(agent));

        machine.SaysNo("process 0 3");
        await kubelet.KnowsAsync(OneTen, "0-1g.10gb-3 Healthy");
        await Api.ShowsAsync("0-1g.10gb-3 Free", Said(agent));
    }

    [Fact]
    public async Task A_node_that_is_not_ours_registers_nothing_and_one_that_was_leaves_its_names_to_others()
    {
        await Api.LabelAsync(null);
        await Api.DeleteGpuNodeAsync();
        await kubelet.StartAsync();
        using var agent = Start();
        await Eventually.Async(() => agent.Said.Contains("Opened NVML"));
        Assert.Empty(kubelet.Registrations);

        await Api.LabelAsync("mig");
        await kubelet.KnowsAsync(OneTen);

        await Api.LabelAsync(null);
        await Eventually.Async(() => Directory.GetFiles(Path.Combine(kubelet.Folder, "device-plugins"), "nos-*").Length == 0);
    }

    [Fact]
    public async Task Asked_for_CDI_on_a_runtime_that_has_none_the_node_is_not_ready_and_says_why()
    {
        await kubelet.StartAsync();
        using var agent = Start("--device-list", "cdi");

        await Api.ReadyAsync("DeviceListUnsupported", Said(agent));
        Assert.Contains("--device-list env", Array.Find((await Api.StatusAsync()).Conditions, condition => condition.Type == "Ready")!.Message);
    }

    public async Task InitializeAsync() => served = await ServedApi.StartAsync();

    public async ValueTask DisposeAsync()
    {
        if (served is not null)
        {
            await served.DisposeAsync();
        }

        await kubelet.DisposeAsync();
        machine.Dispose();
    }

    // xunit 2 calls no other.
    async Task IAsyncLifetime.DisposeAsync() => await DisposeAsync();

    private AgentRun Start(params string[] more) => AgentRun.Beside(kubelet, machine, Api, more);

    private static Func<string> Said(AgentRun agent) => () => agent.Said;

    private Task AdvertisedAsync(bool isAdvertised, AgentRun agent) => Eventually.Async(async () =>
        (await Api.StatusAsync()).Gpus.SelectMany(gpu => gpu.Slices).All(slice => slice.Advertised == isAdvertised) ? "" : $"advertised: {!isAdvertised}; {agent.Said}");
}
