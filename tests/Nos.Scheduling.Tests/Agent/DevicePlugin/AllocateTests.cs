using Nos.Scheduling.Agent.DevicePlugin;
using Nos.Scheduling.Agent.DevicePlugin.Protos.V1Beta1;
using Nos.Scheduling.Agent.DevicePlugin.Rpc;
using Nos.Scheduling.Agent.Reconciling;

namespace Nos.Scheduling.Tests.Agent.DevicePlugin;

public sealed class AllocateTests : IAsyncLifetime, IAsyncDisposable
{
    private const string OneTen = "nvidia.com/mig-1g.10gb";

    private readonly PluginRig rig = new();

    private StandInKubelet Kubelet => rig.Kubelet;

    [Fact]
    public async Task The_container_gets_the_slice_that_kubelet_names_and_no_like_one()
    {
        await StartAsync("1g.10gb@3", "1g.10gb@4");
        rig.Owed = [["0-1g.10gb-3"]];

        var grant = await Kubelet.AllocateAsync(OneTen, "0-1g.10gb-4");

        Assert.Equal((await rig.LookAsync("1g.10gb@4")).Uuid, grant.Envs["NVIDIA_VISIBLE_DEVICES"]);
        Assert.True((await rig.LookAsync("1g.10gb@4")).IsBusy);
        Assert.False((await rig.LookAsync("1g.10gb@3")).IsBusy);
    }

    [Fact]
    public async Task A_slice_that_does_not_exist_is_refused_with_its_name()
    {
        await StartAsync("1g.10gb@3");

        var refused = await Assert.ThrowsAsync<RpcException>(() => Kubelet.AllocateAsync(OneTen, "0-1g.10gb-3", "0-1g.10gb-6"));

        Assert.Equal(RpcStatus.NotFound, refused.Status);
        Assert.Contains("0-1g.10gb-6", refused.Message);
        Assert.False((await rig.LookAsync("1g.10gb@3")).IsBusy);
    }

    [Fact]
    public async Task An_allocate_that_comes_while_the_slice_is_taken_back_keeps_it()
    {
        await StartAsync("1g.10gb@3");
        var going = rig.DestroyAsync("1g.10gb@3");
        await Kubelet.KnowsAsync(OneTen);

        await Kubelet.AllocateAsync(OneTen, "0-1g.10gb-3");

        var kept = await Assert.ThrowsAsync<GpuDriverException>(() => going);
        Assert.Contains("0-1g.10gb-3", kept.Message);
        Assert.DoesNotContain("destroy 0-1g.10gb-3", rig.Scripted.Taken);
        await Kubelet.KnowsAsync(OneTen, "0-1g.10gb-3 Healthy");
        await Assert.ThrowsAsync<GpuDriverException>(() => rig.DestroyAsync("1g.10gb@3"));
    }

    [Fact]
    public async Task An_allocate_that_comes_while_the_slice_is_destroyed_waits_and_is_refused()
    {
        await StartAsync("1g.10gb@3");
        var through = new TaskCompletionSource();
        rig.Scripted.Before = _ => through.Task;
        var going = rig.DestroyAsync("1g.10gb@3");
        await Kubelet.KnowsAsync(OneTen);
        rig.Clock.Advance(1);

        await Eventually.Async(() => rig.Clock.Timers == 0);
        var late = Kubelet.AllocateAsync(OneTen, "0-1g.10gb-3");
        through.SetResult();
        await going;

        Assert.Equal(RpcStatus.NotFound, (await Assert.ThrowsAsync<RpcException>(() => late)).Status);
    }

    [Fact]
    public async Task An_allocate_that_waited_for_a_destruction_that_failed_gets_the_slice()
    {
        await StartAsync("1g.10gb@3");
        var through = new TaskCompletionSource();
        rig.Scripted.Before = _ => through.Task;
        var going = rig.DestroyAsync("1g.10gb@3");
        await Kubelet.KnowsAsync(OneTen);
        rig.Clock.Advance(1);
        await Eventually.Async(() => rig.Clock.Timers == 0);

        var late = Kubelet.AllocateAsync(OneTen, "0-1g.10gb-3");
        through.SetException(new GpuDriverException("NVML_ERROR_IN_USE"));

        await Assert.ThrowsAsync<GpuDriverException>(() => going);
        Assert.Equal((await rig.LookAsync("1g.10gb@3")).Uuid, (await late).Envs["NVIDIA_VISIBLE_DEVICES"]);
    }

    [Fact]
    public async Task A_process_that_ends_soon_is_waited_for()
    {
        await StartAsync("1g.10gb@3");
        rig.Running.Add("0-1g.10gb-3");
        var allocating = Kubelet.AllocateAsync(OneTen, "0-1g.10gb-3");
        await Eventually.Async(() => rig.Clock.Timers > 0);
        Assert.False(allocating.IsCompleted);

        rig.Running.Clear();
        rig.Clock.Advance(0.1);

        Assert.NotEmpty((await allocating).Envs);
    }

    [Fact]
    public async Task A_process_that_runs_on_is_the_reason_why_not_and_the_slice_is_nobodys_after_that()
    {
        await StartAsync("1g.10gb@3");
        rig.Running.Add("0-1g.10gb-3");
        var allocating = Kubelet.AllocateAsync(OneTen, "0-1g.10gb-3");

        await Eventually.Async(() =>
        {
            rig.Clock.Advance(1);
            return allocating.IsCompleted;
        });

        var refused = await Assert.ThrowsAsync<RpcException>(() => allocating);
        Assert.Equal(RpcStatus.FailedPrecondition, refused.Status);
        Assert.Contains("process", refused.Message);
        Assert.Empty(rig.Offers.Granted);
    }

    [Fact]
    public async Task What_was_given_away_counts_as_in_use_until_kubelet_names_the_holder_or_has_not_for_long()
    {
        await StartAsync("1g.10gb@3");
        await Kubelet.AllocateAsync(OneTen, "0-1g.10gb-3");
        var patience = TimeSpan.FromSeconds(30);

        rig.Offers.Settle(new HashSet<SlicePlace>(), rig.Clock.GetUtcNow() + TimeSpan.FromSeconds(10), patience);
        Assert.Equal([rig.Place("1g.10gb@3")], rig.Offers.Granted);

        rig.Offers.Settle(new HashSet<SlicePlace>(), rig.Clock.GetUtcNow() + TimeSpan.FromSeconds(31), patience);
        Assert.Empty(rig.Offers.Granted);

        await Kubelet.AllocateAsync(OneTen, "0-1g.10gb-3");
        rig.Offers.Settle(new HashSet<SlicePlace> { rig.Place("1g.10gb@3") }, rig.Clock.GetUtcNow(), patience);
        Assert.Equal([rig.Place("1g.10gb@3")], rig.Offers.Granted);
        rig.Offers.Settle(new HashSet<SlicePlace> { rig.Place("1g.10gb@3") }, rig.Clock.GetUtcNow() + TimeSpan.FromSeconds(1), patience);
        Assert.Empty(rig.Offers.Granted);
    }

    [Fact]
    public async Task Kubelet_is_told_to_take_the_promised_slice()
    {
        await StartAsync("1g.10gb@3", "1g.10gb@4");
        rig.Owed = [["0-1g.10gb-4"]];
        using var plugin = Kubelet.Dial(OneTen);
        var container = new ContainerPreferredAllocationRequest { AllocationSize = 1 };
        container.AvailableDeviceIDs.Add(["0-1g.10gb-3", "0-1g.10gb-4"]);
        var request = new PreferredAllocationRequest();
        request.ContainerRequests.Add(container);

        var options = await plugin.CallAsync("/v1beta1.DevicePlugin/GetDevicePluginOptions", new Empty(), DevicePluginOptions.Parser, default);
        var preferred = await plugin.CallAsync("/v1beta1.DevicePlugin/GetPreferredAllocation", request, PreferredAllocationResponse.Parser, default);

        Assert.True(options.GetPreferredAllocationAvailable);
        Assert.Equal(["0-1g.10gb-4"], Assert.Single(preferred.ContainerResponses).DeviceIDs);
    }

    [Fact]
    public async Task The_cdi_specification_is_there_when_the_slice_is_and_goes_with_it()
    {
        await StartAsync();
        await rig.MakeAsync("1g.10gb@3");
        var file = Assert.Single(Directory.GetFiles(rig.CdiFolder));

        var text = await File.ReadAllTextAsync(file);
        Assert.Contains("\"kind\":\"nos.nebuly.com/slice\"", text);
        Assert.Contains("\"name\":\"0-1g.10gb-3\"", text);
        Assert.Contains((await rig.LookAsync("1g.10gb@3")).Uuid!, text);

        var going = rig.DestroyAsync("1g.10gb@3");
        await Kubelet.KnowsAsync(OneTen);
        Assert.Single(Directory.GetFiles(rig.CdiFolder));
        rig.Clock.Advance(1);
        await going;
        Assert.Empty(Directory.GetFiles(rig.CdiFolder));
    }

    [Fact]
    public async Task A_cdi_specification_of_a_slice_that_went_while_no_agent_ran_is_removed_and_others_stay()
    {
        Directory.CreateDirectory(rig.CdiFolder);
        var stale = Path.Combine(rig.CdiFolder, "nos.nebuly.com-slice_0-1g.10gb-5.json");
        var foreign = Path.Combine(rig.CdiFolder, "nvidia.yaml");
        await File.WriteAllTextAsync(stale, "{}");
        await File.WriteAllTextAsync(foreign, "");

        await rig.ReadAsync();

        Assert.Equal([foreign], Directory.GetFiles(rig.CdiFolder));
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public ValueTask DisposeAsync() => rig.DisposeAsync();

    // xunit 2 calls no other.
    async Task IAsyncLifetime.DisposeAsync() => await DisposeAsync();

    private async Task StartAsync(params string[] slices)
    {
        await Kubelet.StartAsync();
        await rig.StartAsync();
        foreach (var slice in slices)
        {
            await rig.MakeAsync(slice);
        }

        await Kubelet.KnowsAsync(OneTen, [.. slices.Select(slice => $"{rig.Place(slice).Id} Healthy")]);
    }
}
