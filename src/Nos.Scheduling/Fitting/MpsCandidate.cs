using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Fitting;

/// <summary>The one best way to put an MPS share onto a GPU that takes it.</summary>
internal static class MpsCandidate
{
    /// <summary>A free share of that size, else a new one in unused memory, else one in the memory of the fewest, then smallest free shares.</summary>
    internal static Candidate Of(Gpu gpu, int memoryGB, PlacementPolicy policy)
    {
        var (cost, fullness) = policy == PlacementPolicy.FirstFit ? (0, 0) : (gpu.Model.UsableGB - gpu.HeldGB - memoryGB, gpu.HeldGB);
        var reuse = gpu.Slices.Where(slice => slice.IsFree && slice.Shape.MemoryGB == memoryGB).Select(slice => slice.Shape).OrderBy(shape => shape.Start).ToList();
        if (reuse.Count > 0)
        {
            return new Candidate(gpu.Index, reuse[0], true, 0, 0, 0, cost, fullness);
        }

        var destroyed = Destroyed(gpu, memoryGB);
        return new Candidate(gpu.Index, SliceShape.Mps(memoryGB, NextNumber(gpu, memoryGB)), false, destroyed.Count, destroyed.Sum(shape => shape.MemoryGB), cost, cost, fullness);
    }

    /// <summary>The free shares that have to go so that a new one of that size goes in.</summary>
    internal static IReadOnlyList<SliceShape> Destroyed(Gpu gpu, int memoryGB) => MpsRecut.Of(gpu, [memoryGB]).Destroyed;

    /// <summary>The lowest number that tells a new share apart from all shares of its size, those about to go included.</summary>
    internal static int NextNumber(Gpu gpu, int memoryGB)
    {
        var number = 1;
        while (gpu.Slices.Any(slice => slice.Shape.MemoryGB == memoryGB && slice.Shape.Start == number))
        {
            number++;
        }

        return number;
    }
}
