using System.Collections.Concurrent;
using Nos.Scheduling.Cluster.Documents;

namespace Nos.Scheduling.Agent.Nvml;

/// <summary>On which GPUs the agent may switch MIG mode on: on all where the operator said so, else on those that had it before the node started anew.</summary>
/// <param name="isGranted">Whether the operator gave <c>--enable-mig</c>.</param>
/// <remarks>From Hopper on MIG mode lasts only as long as the driver stays loaded: that it was on before is permission enough to switch it on again.</remarks>
internal sealed class MigPermission(bool isGranted)
{
    private readonly ConcurrentDictionary<string, bool> had = new(StringComparer.Ordinal);

    /// <summary>Takes note of GPUs that have, or had, MIG instances.</summary>
    /// <param name="report">A report of this node.</param>
    public void Remember(GpuNodeStatus report)
    {
        foreach (var gpu in report.Gpus)
        {
            if (gpu.Uuid is { } uuid && gpu.Slices.Any(slice => slice.Profile is not null && slice.Uuid is not null))
            {
                had[uuid] = true;
            }
        }
    }

    /// <summary>Whether MIG mode may be switched on on that GPU.</summary>
    /// <param name="uuid">The device's UUID.</param>
    public bool Covers(string uuid) => isGranted || had.ContainsKey(uuid);
}
