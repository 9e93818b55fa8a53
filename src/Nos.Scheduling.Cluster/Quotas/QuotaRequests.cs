using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Fitting;
using Nos.Scheduling.Resources;

namespace Nos.Scheduling.Cluster.Quotas;

/// <summary>Says what a pod asks for in the units of quotas: cpu in thousandths, memory in bytes, pods, slices and whole GPUs in pieces, GPU memory in GB.</summary>
public static class QuotaRequests
{
    /// <summary>
    /// All that the pod asks for. GPU memory is the sum of its slices' GB (MIG: the GB in the profile's name) and of its whole GPUs; what several containers
    /// use one after the other counts once.
    /// </summary>
    /// <param name="demand">What the pod needs of a node.</param>
    /// <param name="gpuMemoryPerGpu">Unit: GB that one <c>nvidia.com/gpu</c> counts.</param>
    public static ResourceAmounts Of(PodDemand demand, long gpuMemoryPerGpu)
    {
        var amounts = new List<KeyValuePair<string, long>>(8)
        {
            new("cpu", demand.Room.CpuMilli),
            new("memory", demand.Room.MemoryBytes),
            new("pods", 1),
        };
        var gpuMemory = 0L;
        foreach (var slice in demand.Slices)
        {
            amounts.Add(new(slice.Resource.Name, 1));
            gpuMemory += slice.Resource.MemoryGB;
        }

        foreach (var (name, amount) in demand.Others.All)
        {
            amounts.Add(new(name, amount));
        }

        var whole = (Int128)Math.Max(0, demand.Others[NosKeys.WholeGpu]) * gpuMemoryPerGpu + gpuMemory;
        amounts.Add(new(NosKeys.GpuMemory, (long)Int128.Min(whole, long.MaxValue)));
        return ResourceAmounts.Of(amounts);
    }
}
