using Nos.Scheduling.Agent.DevicePlugin.Protos.V1Beta1;
using Nos.Scheduling.Agent.DevicePlugin.Rpc;
using Nos.Scheduling.Agent.Reconciling;

namespace Nos.Scheduling.Agent.DevicePlugin;

/// <summary>What kubelet's calls do, for any resource.</summary>
/// <param name="offers">What there is to give away.</param>
/// <param name="style">How containers are told their slices at this moment.</param>
/// <param name="mpsRoot">See <see cref="ContainerGrants.Of"/>.</param>
/// <param name="isRunning">Whether a process runs on the slice, whatever kubelet says. It asks the device: not to be called for nothing.</param>
/// <param name="promises">What containers are owed of a resource, see <see cref="PreferredSlices.Choose"/>.</param>
/// <param name="time">The clock.</param>
internal sealed class PluginCalls(
    SliceOffers offers,
    Func<GrantStyle> style,
    string mpsRoot,
    Func<SlicePlace, CancellationToken, ValueTask<bool>> isRunning,
    Func<string, IReadOnlyList<IReadOnlyList<string>>> promises,
    TimeProvider time)
{
    /// <summary>After a forced delete kubelet gives a slice to the next pod while the last one's process ends; longer than that it does not take.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(100);

    /// <summary>What kubelet should call beside what it must.</summary>
    public static DevicePluginOptions Options => new() { GetPreferredAllocationAvailable = true };

    /// <summary>Tells of the slices of a resource, at once and whenever they change, until nobody listens.</summary>
    public async Task ListAndWatchAsync(string resource, Func<ListAndWatchResponse, Task> send, CancellationToken cancellation)
    {
        using var stream = offers.Open(resource) ?? throw new RpcException(RpcStatus.NotFound, $"{resource} is not offered here.");
        while (true)
        {
            var list = new ListAndWatchResponse();
            list.Devices.Add((await stream.NextAsync(cancellation)).Select(Told));
            await send(list);
            stream.ConfirmCarried();
        }
    }

    /// <summary>Says which slices to take.</summary>
    public PreferredAllocationResponse Prefer(string resource, PreferredAllocationRequest request)
    {
        var answer = new PreferredAllocationResponse();
        var owed = promises(resource);
        foreach (var container in request.ContainerRequests)
        {
            var preferred = new ContainerPreferredAllocationResponse();
            preferred.DeviceIDs.Add(PreferredSlices.Choose(container.AvailableDeviceIDs, container.MustIncludeDeviceIDs, container.AllocationSize, owed));
            answer.ContainerResponses.Add(preferred);
        }

        return answer;
    }

    /// <summary>Gives each container exactly the slices that kubelet names, or none of them any.</summary>
    /// <exception cref="RpcException">Why not; the pod's event shows it.</exception>
    public async Task<AllocateResponse> AllocateAsync(string resource, AllocateRequest request, CancellationToken cancellation)
    {
        var answer = new AllocateResponse();
        var granted = new List<SliceDevice>();
        try
        {
            foreach (var container in request.ContainerRequests)
            {
                if (container.DevicesIds.Count == 0)
                {
                    throw new RpcException(RpcStatus.InvalidArgument, "A container that is given no slice needs no Allocate.");
                }

                var devices = await offers.GrantAsync(resource, container.DevicesIds, cancellation);
                granted.AddRange(devices);
                await WaitUntilIdleAsync(devices, cancellation);
                answer.ContainerResponses.Add(ContainerGrants.Of(devices, style(), mpsRoot));
            }

            return answer;
        }
        catch
        {
            offers.Revoke(granted);
            throw;
        }
    }

    private static Device Told(SliceDevice device) => new()
    {
        ID = device.Id,
        Health = device.IsHealthy ? "Healthy" : "Unhealthy",
        Topology = device.NumaNode is { } node ? new TopologyInfo { Nodes = { new NUMANode { ID = node } } } : null,
    };

    private async Task WaitUntilIdleAsync(IReadOnlyList<SliceDevice> devices, CancellationToken cancellation)
    {
        var began = time.GetTimestamp();
        foreach (var device in devices)
        {
            while (await isRunning(device.Place, cancellation))
            {
                if (time.GetElapsedTime(began) >= LongestWait)
                {
                    throw new RpcException(RpcStatus.FailedPrecondition, $"A process of an earlier pod still runs on slice {device.Id}; the slice is free again when that has ended.");
                }

                await Task.Delay(Breath, time, cancellation);
            }
        }
    }
}
