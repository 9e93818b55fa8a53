using Nos.Scheduling.Agent.DevicePlugin;
using Nos.Scheduling.Agent.DevicePlugin.Protos.V1Beta1;
using Nos.Scheduling.Agent.Reconciling;

namespace Nos.Scheduling.Tests.Agent.DevicePlugin;

public sealed class TopologyTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(0)]
    [InlineData(null)]
    public async Task Kubelet_is_told_the_NUMA_node_of_a_slices_GPU_where_that_is_known(int? node)
    {
        var offers = new SliceOffers(TimeProvider.System);
        var calls = new PluginCalls(offers, () => GrantStyle.Env, "/run/nos/mps", (_, _) => ValueTask.FromResult(false), _ => [], TimeProvider.System);
        var machine = new MachineReading("1", [new GpuReading(0, "GPU-0", Draw.A100, [new LiveSlice(Slices.Shape(Draw.A100, "1g.10gb@3"), "MIG-3")]) { NumaNode = node }]);
        offers.Replace(SliceDevices.Of(machine, _ => null, SliceBook.Empty), offers.Cuts);
        var told = new TaskCompletionSource<ListAndWatchResponse>();
        using var stop = new CancellationTokenSource();

        var watching = calls.ListAndWatchAsync("nvidia.com/mig-1g.10gb", Take, stop.Token);

        var device = Assert.Single((await told.Task).Devices);
        Assert.Equal(node, (int?)device.Topology?.Nodes.Single().ID);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => watching);

        Task Take(ListAndWatchResponse list)
        {
            told.TrySetResult(list);
            return Task.CompletedTask;
        }
    }
}
