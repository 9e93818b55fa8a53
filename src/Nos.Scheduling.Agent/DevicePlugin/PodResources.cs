using Nos.Scheduling.Agent.DevicePlugin.Protos.V1;
using Nos.Scheduling.Agent.DevicePlugin.Rpc;

namespace Nos.Scheduling.Agent.DevicePlugin;

/// <summary>Asks kubelet who has which device, by its pod resources API.</summary>
/// <param name="socket">kubelet's socket, <c>pod-resources/kubelet.sock</c> in its directory.</param>
/// <param name="time">The clock of the limit.</param>
internal sealed class PodResources(string socket, TimeProvider time) : IDisposable
{
    private const string Service = "/v1.PodResourcesLister/";
    private static readonly TimeSpan LongestCall = TimeSpan.FromSeconds(5);

    private readonly RpcChannel kubelet = new(socket);

    /// <summary>Every container that has devices of any plugin. Nobody at all proves nothing: a kubelet that was just started says so, too.</summary>
    /// <exception cref="RpcException">kubelet does not answer; then everybody has what they had.</exception>
    public async Task<IReadOnlyList<ContainerDevices>> ListAsync(CancellationToken cancellation)
    {
        var answer = await CallAsync(kubelet.CallAsync(Service + "List", new ListPodResourcesRequest(), ListPodResourcesResponse.Parser, cancellation), cancellation);
        return
        [
            .. from pod in answer.PodResources
               from container in pod.Containers
               from devices in container.Devices
               where devices.DeviceIds.Count > 0
               select new ContainerDevices($"{pod.Namespace}/{pod.Name}", container.Name, devices.ResourceName, [.. devices.DeviceIds]),
        ];
    }

    /// <inheritdoc/>
    public void Dispose() => kubelet.Dispose();

    private async Task<T> CallAsync<T>(Task<T> call, CancellationToken cancellation)
    {
        try
        {
            return await call.WaitAsync(LongestCall, time, cancellation);
        }
        catch (TimeoutException silent)
        {
            throw new RpcException(RpcStatus.Unavailable, $"kubelet at {socket} has not answered within {LongestCall}.", silent);
        }
    }
}
