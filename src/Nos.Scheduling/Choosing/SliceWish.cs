using Nos.Scheduling.Gpus;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Choosing;

/// <summary>What a container asks of a slice without naming one.</summary>
public readonly record struct SliceWish
{
    private SliceWish(int memoryGB, decimal part, int computePercent) => (MemoryGB, Part, ComputePercent) = (memoryGB, part, computePercent);

    /// <summary>Unit: GB, at least so many; 0 where a <see cref="Part"/> was asked for.</summary>
    public int MemoryGB { get; }

    /// <summary>At least this part of a GPU's memory, above 0 and at most 1; 0 where GB were asked for.</summary>
    public decimal Part { get; }

    /// <summary>Unit: percent of one GPU's compute, at least; 0 where none was asked for.</summary>
    public int ComputePercent { get; }

    /// <summary>A slice of so many GB.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1 GB, or a percentage outside 0..100.</exception>
    public static SliceWish OfMemory(int memoryGB, int computePercent = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(memoryGB, 1);
        return new SliceWish(memoryGB, 0, Checked(computePercent));
    }

    /// <summary>A slice with a part of a GPU's memory; of the smallest model of an offer.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The part is not above 0 and at most 1, or the percentage is outside 0..100.</exception>
    public static SliceWish OfPart(decimal part, int computePercent = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(part);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(part, 1);
        return new SliceWish(0, part, Checked(computePercent));
    }

    /// <summary>Unit: GB. A part is rounded up; all of a GPU means, where it is shared by MPS, all that shares may have.</summary>
    public int GBOf(GpuModel smallest, PartitioningMode mode)
    {
        var gb = Part == 0 ? MemoryGB : (int)decimal.Ceiling(Part * smallest.MemoryMiB / 1024);
        return Part > 0 && mode == PartitioningMode.Mps ? Math.Clamp(gb, 1, Math.Max(1, smallest.UsableGB)) : gb;
    }

    private static int Checked(int percent)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(percent);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(percent, 100);
        return percent;
    }
}
