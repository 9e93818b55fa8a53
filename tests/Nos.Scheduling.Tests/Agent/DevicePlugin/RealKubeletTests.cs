using Nos.Scheduling.Agent.DevicePlugin;
using Nos.Scheduling.Agent.DevicePlugin.Rpc;

namespace Nos.Scheduling.Tests.Agent.DevicePlugin;

/// <summary>The plugin with a real kubelet and containerd; only the GPU is played.</summary>
public sealed class RealKubeletTests : IAsyncLifetime, IAsyncDisposable
{
    private const string OneTen = "nvidia.com/mig-1g.10gb";

    private readonly PluginRig rig = new() { KubeletFolder = KubeletNode.IsThere ? KubeletNode.Folder : null };

    [KubeletFact]
    public async Task A_pod_bound_a_moment_after_its_slice_was_cut_starts_with_it_and_kubelet_tells_so()
    {
        await rig.StartAsync();
        await Eventually.Async(async () => await KubeletNode.AllocatableAsync(OneTen) is "0" ? "" : $"{OneTen} is not allocatable with 0; log: {string.Join('\n', rig.Log)}");

        await rig.MakeAsync("1g.10gb@3");
        await AdvertisedAsync(1);
        await KubeletNode.BindAsync("cut", OneTen);

        await RunningAsync("cut");
        var uuid = (await rig.LookAsync("1g.10gb@3")).Uuid;
        await Eventually.Async(async () => await KubeletNode.LogAsync("cut") is var text && text.Contains($"NVIDIA_VISIBLE_DEVICES={uuid}\n", StringComparison.Ordinal) ? "" : text);

        using var resources = new PodResources(KubeletPlugin.PodResourcesSocketIn(KubeletNode.Folder), TimeProvider.System);
        var held = Assert.Single(await resources.ListAsync(default), devices => devices.Pod == "default/cut");
        Assert.Equal(("c", OneTen, "0-1g.10gb-3"), (held.Container, held.Resource, Assert.Single(held.Ids)));

        await KubeletNode.DeleteAllAsync();
        await Eventually.Async(async () => (await resources.ListAsync(default)).All(devices => devices.Pod != "default/cut") ? "" : "still listed");
    }

    [KubeletFact]
    public async Task A_pod_whose_slice_still_has_a_process_of_an_earlier_one_is_refused_with_the_reason()
    {
        await rig.StartAsync();
        await rig.MakeAsync("1g.10gb@3");
        await AdvertisedAsync(1);
        rig.Running.Add("0-1g.10gb-3");

        await KubeletNode.BindAsync("late", OneTen);

        await Eventually.Async(async () =>
        {
            rig.Clock.Advance(1);
            return await KubeletNode.PhaseAsync("late") is var phase && phase.StartsWith("Failed", StringComparison.Ordinal) ? "" : phase;
        });
        Assert.Contains("0-1g.10gb-3", await KubeletNode.PhaseAsync("late"));
    }

    [KubeletFact]
    public async Task A_kubelet_that_was_killed_learns_everything_again_and_takes_nothing_from_whom_it_runs()
    {
        await rig.StartAsync();
        await rig.MakeAsync("1g.10gb@3");
        await rig.MakeAsync("1g.10gb@4");
        await AdvertisedAsync(2);
        await KubeletNode.BindAsync("before", OneTen);
        await RunningAsync("before");
        using var resources = new PodResources(KubeletPlugin.PodResourcesSocketIn(KubeletNode.Folder), TimeProvider.System);
        var held = Assert.Single(await resources.ListAsync(default), devices => devices.Pod == "default/before");

        await KubeletNode.RestartAsync();

        await AdvertisedAsync(2);
        await Eventually.Async(async () => (await TryListAsync(resources)).Any(devices => devices.Pod == "default/before" && devices.Ids.SequenceEqual(held.Ids)) ? "" : "not listed");
        await KubeletNode.BindAsync("after", OneTen);
        await RunningAsync("after");
        Assert.Equal("Running", await KubeletNode.PhaseAsync("before"));
        var next = Assert.Single(await resources.ListAsync(default), devices => devices.Pod == "default/after");
        Assert.NotEqual(Assert.Single(held.Ids), Assert.Single(next.Ids));
    }

    [KubeletFact]
    public async Task An_agent_that_was_started_anew_serves_on()
    {
        await rig.StartAsync();
        await rig.MakeAsync("1g.10gb@3");
        await AdvertisedAsync(1);
        await rig.StopAsync();
        await AdvertisedAsync(0);

        await rig.StartAsync();
        await AdvertisedAsync(1);
        await KubeletNode.BindAsync("restarted", OneTen);

        await RunningAsync("restarted");
    }

    [KubeletFact]
    public async Task A_slice_that_kubelet_was_told_to_forget_is_given_to_nobody()
    {
        await rig.StartAsync();
        await rig.MakeAsync("1g.10gb@3");
        await Eventually.Async(async () => await KubeletNode.AllocatableAsync(OneTen) is "1" ? "" : "not allocatable");

        var going = rig.DestroyAsync("1g.10gb@3");
        await Eventually.Async(() => rig.Clock.Timers > 0);
        await Eventually.Async(async () => await KubeletNode.AllocatableAsync(OneTen) is "0" ? "" : "still allocatable");
        await KubeletNode.BindAsync("forgotten", OneTen);

        await Eventually.Async(async () => await KubeletNode.PhaseAsync("forgotten") is var phase && phase.StartsWith("Failed", StringComparison.Ordinal) ? "" : phase);
        rig.Clock.Advance(1);
        await going;
        Assert.Contains("destroy 0-1g.10gb-3", rig.Scripted.Taken);
    }

    /// <summary>Pods that an earlier test left hold slices of the same names.</summary>
    public async Task InitializeAsync()
    {
        if (KubeletNode.IsThere)
        {
            await KubeletNode.DeleteAllAsync();
        }
    }

    public ValueTask DisposeAsync() => rig.DisposeAsync();

    // xunit 2 calls no other.
    async Task IAsyncLifetime.DisposeAsync() => await DisposeAsync();

    private Task AdvertisedAsync(int count) => Eventually.Async(() => Task.FromResult(
        rig.Offers.Advertised.Count == count ? "" : $"advertised: {rig.Offers.Advertised.Count}; calls: {string.Join(", ", rig.Offers.Resources)}; log: {string.Join('\n', rig.Log)}"));

    private static Task RunningAsync(string pod) => Eventually.Async(async () => await KubeletNode.PhaseAsync(pod) is var phase && phase == "Running" ? "" : phase);

    private static async Task<IReadOnlyList<ContainerDevices>> TryListAsync(PodResources resources)
    {
        try
        {
            return await resources.ListAsync(default);
        }
        catch (RpcException)
        {
            return [];
        }
    }
}
