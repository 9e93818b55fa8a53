using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Pricing;

/// <summary>The mean of what pods ask of cpu and memory beside their slices, older ones counting less.</summary>
/// <param name="HalfLife">Unit: pods.</param>
/// <param name="Cpu">Unit: millicores, weighted.</param>
/// <param name="Memory">Unit: bytes, weighted.</param>
/// <param name="Gpus">Unit: GPUs that the slices add up to, weighted.</param>
internal readonly record struct RoomMean(double HalfLife, double Cpu = 0, double Memory = 0, double Gpus = 0)
{
    /// <summary>Beside slices that add up to one GPU. 0 before the first pod.</summary>
    internal NodeRoom PerGpu => Gpus > 0 ? new NodeRoom((long)(Cpu / Gpus), (long)(Memory / Gpus), 0) : default;

    /// <summary>One pod more.</summary>
    internal RoomMean After(NodeRoom asked, double gpus)
    {
        var kept = Math.Pow(2, -1 / HalfLife);
        return this with { Cpu = (Cpu * kept) + asked.CpuMilli, Memory = (Memory * kept) + asked.MemoryBytes, Gpus = (Gpus * kept) + gpus };
    }
}
