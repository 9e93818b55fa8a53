using Nos.Scheduling.Agent.DevicePlugin;
using Nos.Scheduling.Agent.DevicePlugin.Protos.V1;
using Nos.Scheduling.Agent.DevicePlugin.Rpc;

namespace Nos.Scheduling.Tests.Agent.DevicePlugin;

public sealed class PodResourcesTests : IAsyncLifetime, IAsyncDisposable
{
    private readonly PluginRig rig = new();

    private StandInKubelet Kubelet => rig.Kubelet;

    [Fact]
    public async Task Every_container_with_devices_is_told_and_none_without()
    {
        Kubelet.Pods = new ListPodResourcesResponse
        {
            PodResources =
            {
                new Nos.Scheduling.Agent.DevicePlugin.Protos.V1.PodResources
                {
                    Name = "a",
                    Namespace = "team",
                    Containers =
                    {
                        new ContainerResources { Name = "main", Devices = { new Nos.Scheduling.Agent.DevicePlugin.Protos.V1.ContainerDevices { ResourceName = "nvidia.com/mig-1g.10gb", DeviceIds = { "0-1g.10gb-3", "0-1g.10gb-4" } } } },
                        new ContainerResources { Name = "side" },
                    },
                },
            },
        };
        await Kubelet.StartAsync();
        using var resources = Client();

        var held = Assert.Single(await resources.ListAsync(default));

        Assert.Equal(("team/a", "main", "nvidia.com/mig-1g.10gb"), (held.Pod, held.Container, held.Resource));
        Assert.Equal(["0-1g.10gb-3", "0-1g.10gb-4"], held.Ids);
    }

    [Fact]
    public async Task A_kubelet_that_is_not_there_is_a_failure_and_no_empty_answer()
    {
        using var resources = Client();

        Assert.Equal(RpcStatus.Unavailable, (await Assert.ThrowsAsync<RpcException>(() => resources.ListAsync(default))).Status);
        await Kubelet.StartAsync();
        Assert.Empty(await resources.ListAsync(default));
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public ValueTask DisposeAsync() => rig.DisposeAsync();

    // xunit 2 calls no other.
    async Task IAsyncLifetime.DisposeAsync() => await DisposeAsync();

    private Nos.Scheduling.Agent.DevicePlugin.PodResources Client() => new(KubeletPlugin.PodResourcesSocketIn(Kubelet.Folder), TimeProvider.System);
}
