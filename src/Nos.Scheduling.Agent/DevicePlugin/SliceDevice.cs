using Nos.Scheduling.Agent.Reconciling;
using Nos.Scheduling.Gpus;

namespace Nos.Scheduling.Agent.DevicePlugin;

/// <summary>A slice as kubelet is told of it.</summary>
/// <param name="Place">Which it is.</param>
/// <param name="Id">The device id, which is the slice's id in the spec.</param>
/// <param name="Resource">The one name it is advertised under.</param>
/// <param name="GpuUuid">The UUID of its GPU, <c>GPU-…</c>.</param>
/// <param name="Uuid">MIG: the instance's UUID, another one each time it is made. <see langword="null"/> for an MPS share.</param>
/// <param name="IsHealthy">Whether kubelet may give it away. Not where its GPU does not answer, nor where a process runs on it that belongs to no pod.</param>
internal sealed record SliceDevice(SlicePlace Place, string Id, SliceResource Resource, string GpuUuid, string? Uuid, bool IsHealthy)
{
    /// <summary>The NUMA node of its GPU; <see langword="null"/>: kubelet's topology manager has nothing to go by.</summary>
    public int? NumaNode { get; init; }

    /// <summary>What NVIDIA's runtime shows to a container that may use it: the instance, or the GPU of a share.</summary>
    public string VisibleUuid => Uuid ?? GpuUuid;
}
