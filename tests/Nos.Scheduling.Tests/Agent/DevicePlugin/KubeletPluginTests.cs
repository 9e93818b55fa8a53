using System.Net.Sockets;
using Nos.Scheduling.Agent.DevicePlugin;
using Nos.Scheduling.Agent.DevicePlugin.Protos.V1Beta1;
using Nos.Scheduling.Agent.DevicePlugin.Rpc;
using Nos.Scheduling.Agent.Reconciling;
using Nos.Scheduling.Gpus;

namespace Nos.Scheduling.Tests.Agent.DevicePlugin;

public sealed class KubeletPluginTests : IAsyncLifetime, IAsyncDisposable
{
    private const string OneTen = "nvidia.com/mig-1g.10gb";

    private readonly PluginRig rig = new();

    private StandInKubelet Kubelet => rig.Kubelet;

    [Fact]
    public async Task Every_name_and_alias_of_the_model_is_registered_before_there_is_any_slice()
    {
        await StartAsync();

        var names = Draw.A100.Names.Select(name => SliceResource.Mig(name).Name).ToList();
        await Eventually.Async(() => names.TrueForAll(Kubelet.Resources.Contains));
        Assert.Contains("nvidia.com/mig-1g.10gb.me", names);
        Assert.True(names.Count > Draw.A100.Profiles.Count, "the model has no alias to test with");
        Assert.Equal(names.Order(StringComparer.Ordinal), Kubelet.Resources);
        Assert.All(names, name => Assert.Empty(Kubelet.Devices(name)!));
    }

    [Fact]
    public async Task A_slice_is_told_when_it_is_made_and_taken_back_when_it_goes()
    {
        await StartAsync();

        await rig.MakeAsync("1g.10gb@3");
        await Kubelet.KnowsAsync(OneTen, "0-1g.10gb-3 Healthy");

        var going = rig.DestroyAsync("1g.10gb@3");
        await Kubelet.KnowsAsync(OneTen);
        Assert.DoesNotContain("destroy 0-1g.10gb-3", rig.Scripted.Taken);
        rig.Clock.Advance(1);
        await going;
        Assert.Contains("destroy 0-1g.10gb-3", rig.Scripted.Taken);
    }

    [Fact]
    public async Task A_slice_counts_as_advertised_only_once_a_call_has_carried_it()
    {
        await rig.StartAsync();
        await rig.MakeAsync("1g.10gb@3");
        Assert.False((await rig.LookAsync("1g.10gb@3")).IsAdvertised);

        await Kubelet.StartAsync();
        await AdvertisedAsync("1g.10gb@3", true);

        await Kubelet.StopAsync();
        await AdvertisedAsync("1g.10gb@3", false);
    }

    [Fact]
    public async Task A_slice_made_anew_under_its_old_id_has_to_be_carried_anew()
    {
        await rig.StartAsync();
        await rig.MakeAsync("1g.10gb@3");
        using var stream = rig.Offers.Open(OneTen)!;
        await stream.NextAsync(default);
        stream.ConfirmCarried();
        Assert.True((await rig.LookAsync("1g.10gb@3")).IsAdvertised);

        rig.Scripted.Machine.Destroy(rig.Place("1g.10gb@3"));
        rig.Scripted.Machine.Create(rig.Place("1g.10gb@3"));

        Assert.False((await rig.LookAsync("1g.10gb@3")).IsAdvertised);
        await stream.NextAsync(default);
        stream.ConfirmCarried();
        Assert.True((await rig.LookAsync("1g.10gb@3")).IsAdvertised);
    }

    [Fact]
    public async Task A_kubelet_that_was_started_anew_learns_everything_again()
    {
        await StartAsync();
        await rig.MakeAsync("1g.10gb@3");
        await Kubelet.KnowsAsync(OneTen, "0-1g.10gb-3 Healthy");

        await Kubelet.StopAsync();
        await Kubelet.StartAsync();

        await Kubelet.KnowsAsync(OneTen, "0-1g.10gb-3 Healthy");
        await Eventually.Async(() => Draw.A100.Names.All(name => Kubelet.Resources.Contains(SliceResource.Mig(name).Name)));
        Assert.Equal("MIG-", (await Kubelet.AllocateAsync(OneTen, "0-1g.10gb-3")).Envs["NVIDIA_VISIBLE_DEVICES"][..4]);
    }

    [Fact]
    public async Task A_socket_of_kubelets_that_is_another_one_is_registered_at_though_nothing_else_has_changed()
    {
        await StartAsync();
        var names = Draw.A100.Names.Count();
        await Eventually.Async(() => Kubelet.Registrations.Count == names && rig.Offers.Resources.All(resource => resource.IsWatched));

        await Kubelet.ReplaceSocketAsync();

        await Eventually.Async(() => Kubelet.Registrations.Count >= 2 * names);
    }

    [Fact]
    public async Task A_kubelet_that_takes_no_registration_is_asked_until_it_does()
    {
        Kubelet.Refusal = new RpcException(RpcStatus.Unknown, "not now");
        await StartAsync();
        await Eventually.Async(() => rig.Log.Any(line => line.Contains("not now", StringComparison.Ordinal)));

        Kubelet.Refusal = null;

        await Kubelet.KnowsAsync(OneTen);
        Assert.Single(rig.Log, line => line.Contains("not now", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Sockets_that_an_earlier_agent_left_behind_make_way()
    {
        await Kubelet.StartAsync();
        var path = Path.Combine(Kubelet.Folder, "device-plugins", "nos-nvidia.com_mig-1g.10gb.sock");
        using var leftover = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        leftover.Bind(new UnixDomainSocketEndPoint(path));

        await rig.StartAsync();
        await rig.MakeAsync("1g.10gb@3");

        await Kubelet.KnowsAsync(OneTen, "0-1g.10gb-3 Healthy");
    }

    [Fact]
    public async Task An_agent_that_was_started_anew_is_known_again()
    {
        await StartAsync();
        await rig.MakeAsync("1g.10gb@3");
        await Kubelet.KnowsAsync(OneTen, "0-1g.10gb-3 Healthy");
        await rig.StopAsync();
        var before = Kubelet.Registrations.Count;

        await rig.StartAsync();

        await Eventually.Async(() => Kubelet.Registrations.Count >= 2 * before);
        await AdvertisedAsync("1g.10gb@3", true);
    }

    [Fact]
    public async Task An_mps_name_is_registered_when_a_share_needs_it_and_kept()
    {
        await StartAsync();
        await Kubelet.KnowsAsync(OneTen);
        Assert.DoesNotContain("nvidia.com/gpu-10gb", Kubelet.Resources);

        await rig.MakeAsync("10gb#1");
        await Kubelet.KnowsAsync("nvidia.com/gpu-10gb", "0-10gb-1 Healthy");

        rig.Scripted.Machine.Destroy(rig.Place("10gb#1"));
        await rig.ReadAsync();
        await Kubelet.KnowsAsync("nvidia.com/gpu-10gb");
    }

    [Fact]
    public async Task A_call_that_nobody_reads_keeps_no_other_from_hearing()
    {
        await StartAsync();
        await Kubelet.KnowsAsync(OneTen);
        using var deaf = Kubelet.Dial(OneTen);
        using var leave = new CancellationTokenSource();
        using var blocked = new ManualResetEventSlim();
        var listening = Task.Run(() => deaf.StreamAsync("/v1beta1.DevicePlugin/ListAndWatch", new Empty(), ListAndWatchResponse.Parser, _ => blocked.Wait(), leave.Token));

        await MakeUnheardAsync("1g.10gb@3");
        await MakeUnheardAsync("1g.10gb@4");

        await Kubelet.KnowsAsync(OneTen, "0-1g.10gb-3 Healthy", "0-1g.10gb-4 Healthy");
        blocked.Set();
        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => listening);

        await rig.MakeAsync("1g.10gb@5");
        await Kubelet.KnowsAsync(OneTen, "0-1g.10gb-3 Healthy", "0-1g.10gb-4 Healthy", "0-1g.10gb-5 Healthy");
    }

    [Fact]
    public async Task A_slice_goes_by_the_alias_that_the_spec_writes_and_by_no_other_name()
    {
        var alias = Draw.A100.Names.First(name => Draw.A100.Find(name)!.Name != name);
        var profile = Draw.A100.Find(alias)!;
        var place = rig.Place($"{profile.Name}@0");
        rig.Goals[place] = new($"0-{alias}-0", place.Shape, SliceResource.Mig(alias), null);
        await StartAsync();

        await rig.MakeAsync($"{profile.Name}@0");

        await Kubelet.KnowsAsync(SliceResource.Mig(alias).Name, $"0-{alias}-0 Healthy");
        Assert.Empty(Kubelet.Devices(SliceResource.Mig(profile.Name).Name)!);
    }

    [Fact]
    public async Task A_slice_with_a_process_that_belongs_to_no_pod_is_unhealthy_until_that_has_ended()
    {
        await StartAsync();
        await rig.MakeAsync("1g.10gb@3");
        var place = rig.Place("1g.10gb@3");
        var device = Assert.Single(SliceDevices.Of(Busy(true), _ => null, SliceBook.Empty));
        Assert.False(device.IsHealthy);
        rig.Offers.Replace([device], rig.Offers.Cuts);
        await Kubelet.KnowsAsync(OneTen, "0-1g.10gb-3 Unhealthy");
        Assert.DoesNotContain(place, rig.Offers.Advertised);

        rig.Offers.Replace(SliceDevices.Of(Busy(false), _ => null, SliceBook.Empty), rig.Offers.Cuts);
        await Kubelet.KnowsAsync(OneTen, "0-1g.10gb-3 Healthy");
        Assert.True(Assert.Single(SliceDevices.Of(Busy(true), _ => null, SliceBook.Empty with { Uses = new Dictionary<SlicePlace, SliceUse> { [place] = new("a/b/c", null) } })).IsHealthy);

        MachineReading Busy(bool isBusy)
        {
            var machine = rig.Scripted.Machine.Read();
            return machine with { Gpus = [machine.Gpus[0] with { Slices = [machine.Gpus[0].Slices[0] with { IsBusy = isBusy }] }] };
        }
    }

    [Fact]
    public async Task An_unknown_method_is_refused_as_such()
    {
        await StartAsync();
        await Kubelet.KnowsAsync(OneTen);
        using var plugin = Kubelet.Dial(OneTen);

        var refused = await Assert.ThrowsAsync<RpcException>(() => plugin.CallAsync("/v1beta1.DevicePlugin/Guess", new Empty(), Empty.Parser, default));

        Assert.Equal(RpcStatus.Unimplemented, refused.Status);
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public ValueTask DisposeAsync() => rig.DisposeAsync();

    // xunit 2 calls no other.
    async Task IAsyncLifetime.DisposeAsync() => await DisposeAsync();

    private async Task StartAsync()
    {
        await Kubelet.StartAsync();
        await rig.StartAsync();
    }

    /// <summary>Makes a slice that the newest call does not carry: that is waited for a moment, and not longer.</summary>
    private async Task MakeUnheardAsync(string slice)
    {
        var making = rig.MakeAsync(slice);
        await Eventually.Async(() => rig.Clock.Timers > 0);
        rig.Clock.Advance(1);
        await making;
    }

    private Task AdvertisedAsync(string slice, bool isAdvertised) => Eventually.Async(async () =>
        (await rig.LookAsync(slice)).IsAdvertised == isAdvertised ? "" : $"{slice} advertised: {!isAdvertised}; log: {string.Join('\n', rig.Log)}");
}
