using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Gpus;

namespace Nos.Scheduling.Cli.SchedulerConfigs;

/// <summary>The resource names that kube-scheduler must leave to us, because no node has them before we cut them.</summary>
internal static class SliceResourceNames
{
    // Their requests are rewritten by the webhook. One that is not must still reach us, to be told so.
    private static readonly string[] Peers = ["nvidia.com/gpumem", "nvidia.com/gpumem-percentage", "nvidia.com/gpucores", "aliyun.com/gpu-mem"];

    /// <summary>
    /// Every MIG resource of the catalogue, aliases included; every MPS share up to the largest GPU; our own requests and the marker; the peers' names.
    /// Never <c>nvidia.com/gpu</c>: whole GPUs stay NVIDIA's device plugin's. No name comes twice, as kube-scheduler refuses that.
    /// </summary>
    internal static IReadOnlyList<string> All { get; } =
    [
        .. GpuCatalog.ProfileNames.Select(profile => SliceResource.Mig(profile).Name).Distinct(StringComparer.Ordinal),
        .. Enumerable.Range(1, GpuCatalog.LargestShareGB).Select(gb => SliceResource.Mps(gb).Name),
        NosKeys.GpuMemory,
        NosKeys.GpuCompute,
        NosKeys.QuotaMarker,
        .. Peers,
    ];
}
