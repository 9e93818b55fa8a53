using Nos.Scheduling.Gpus;

namespace Nos.Scheduling.Nodes;

/// <summary>Room on a GPU that is kept for a pod though no slice can be there yet: others have it and are going, or have gone in part.</summary>
/// <param name="Mask">MIG: the memory slices.</param>
/// <param name="MemoryGB">MPS: unit GB.</param>
/// <param name="Clients">MPS: how many clients.</param>
/// <param name="Percent">MPS: unit percent of compute.</param>
public readonly record struct GpuHold(SliceMask Mask, int MemoryGB, int Clients, int Percent)
{
    /// <summary>Both.</summary>
    public static GpuHold operator +(GpuHold left, GpuHold right) =>
        new(left.Mask | right.Mask, left.MemoryGB + right.MemoryGB, left.Clients + right.Clients, left.Percent + right.Percent);
}
