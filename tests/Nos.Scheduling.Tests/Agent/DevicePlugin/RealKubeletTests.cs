using Nos.Scheduling.Agent.DevicePlugin;

namespace Nos.Scheduling.Tests.Agent.DevicePlugin;

/// <summary>The plugin with a real kubelet and containerd; only the GPU is played.</summary>
public sealed class RealKubeletTests : IAsyncDisposable
{
    private const string OneTen = "nvidia.com/mig-1g.10gb";

    private readonly PluginRig rig = new() { KubeletFolder = KubeletNode.IsThere ? KubeletNode.Folder : null };

    [KubeletFact]
    public async Task A_pod_bound_a_moment_after_its_slice_was_cut_starts_with_it_and_kubelet_tells_so()
    {
        await rig.StartAsync();
        await Eventually.Async(async () => await KubeletNode.AllocatableAsync(OneTen) is "0" ? "" : $"{OneTen} is not allocatable with 0; log: {string.Join('\n', rig.Log)}");
        await KubeletNode.DeleteAsync("cut");

        await rig.MakeAsync("1g.10gb@3");
        await Eventually.Async(() => rig.Offers.Advertised.Count == 1);
        await KubeletNode.BindAsync("cut", OneTen);

        await RunningAsync("cut");
        var uuid = (await rig.LookAsync("1g.10gb@3")).Uuid;
        await Eventually.Async(async () => await KubeletNode.LogAsync("cut") is var text && text.Contains($"NVIDIA_VISIBLE_DEVICES={uuid}\n", StringComparison.Ordinal) ? "" : text);

        using var resources = new PodResources(KubeletPlugin.PodResourcesSocketIn(KubeletNode.Folder), TimeProvider.System);
        var held = Assert.Single(await resources.ListAsync(default), devices => devices.Pod == "default/cut");
        Assert.Equal(("c", OneTen, "0-1g.10gb-3"), (held.Container, held.Resource, Assert.Single(held.Ids)));

        await KubeletNode.DeleteAsync("cut");
        await Eventually.Async(async () => (await resources.ListAsync(default)).All(devices => devices.Pod != "default/cut") ? "" : "still listed");
    }

    [KubeletFact]
    public async Task A_pod_whose_slice_still_has_a_process_of_an_earlier_one_is_refused_with_the_reason()
    {
        await rig.StartAsync();
        await KubeletNode.DeleteAsync("late");
        await rig.MakeAsync("1g.10gb@3");
        await Eventually.Async(() => rig.Offers.Advertised.Count == 1);
        rig.Running.Add("0-1g.10gb-3");

        await KubeletNode.BindAsync("late", OneTen);

        await Eventually.Async(async () =>
        {
            rig.Clock.Advance(1);
            return await KubeletNode.PhaseAsync("late") is var phase && phase.StartsWith("Failed", StringComparison.Ordinal) ? "" : phase;
        });
        Assert.Contains("0-1g.10gb-3", await KubeletNode.PhaseAsync("late"));
        await KubeletNode.DeleteAsync("late");
    }

    public ValueTask DisposeAsync() => rig.DisposeAsync();

    private static Task RunningAsync(string pod) => Eventually.Async(async () => await KubeletNode.PhaseAsync(pod) is var phase && phase == "Running" ? "" : phase);
}
