using Nos.Scheduling.Gpus;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Fitting;

/// <summary>How the free shares of a GPU change for new ones: which are taken over, and which go.</summary>
/// <param name="Cuts">How many new shares are cut.</param>
/// <param name="Destroyed">The free shares that go for them.</param>
internal readonly record struct MpsRecut(int Cuts, IReadOnlyList<SliceShape> Destroyed)
{
    /// <summary>What it takes.</summary>
    internal Effort Effort => Effort.Of(Cuts, Destroyed.Count, Destroyed.Sum(shape => shape.MemoryGB));

    /// <summary>
    /// Free shares of the asked sizes first; then new ones in memory that is nobody's; then in that of the fewest free shares, of these the
    /// smallest together. Free shares count as clients to come: no more shares than clients stand on a GPU.
    /// </summary>
    /// <param name="gpu">A GPU that takes the shares.</param>
    /// <param name="sizes">Unit: GB, of each new share.</param>
    internal static MpsRecut Of(Gpu gpu, IReadOnlyList<int> sizes)
    {
        // Shares in a stated order, so ties are stable.
        var free = gpu.Slices.Where(slice => slice.IsFree).Select(slice => slice.Shape).OrderBy(shape => shape.MemoryGB).ThenBy(shape => shape.Start).ToList();
        var (cuts, cutGB) = (0, 0);
        foreach (var gb in sizes)
        {
            if (free.FindIndex(shape => shape.MemoryGB == gb) is >= 0 and var taken)
            {
                free.RemoveAt(taken);
            }
            else
            {
                (cuts, cutGB) = (cuts + 1, cutGB + gb);
            }
        }

        var missing = cutGB - (gpu.Model.UsableGB - gpu.HeldGB - gpu.FreeGB);
        return new MpsRecut(cuts, cuts == 0 ? [] : Fewest(free, missing, gpu.Slices.Count + cuts - MpsLimits.Clients));
    }

    /// <summary>The fewest that add up to <paramref name="missing"/> GB and are at least so many; of these the smallest together.</summary>
    private static SliceShape[] Fewest(List<SliceShape> smallestFirst, int missing, int atLeast)
    {
        var (count, gb) = (0, 0);
        for (; gb < missing || count < atLeast; count++)
        {
            gb += smallestFirst[^(count + 1)].MemoryGB;
        }

        // For each number of shares and each sum the first choice that reaches it.
        var reached = new Dictionary<(int Count, int GB), SliceShape[]> { [(0, 0)] = [] };
        foreach (var shape in count == 0 ? [] : smallestFirst)
        {
            foreach (var (way, chosen) in reached.ToArray())
            {
                if (way.Count < count)
                {
                    reached.TryAdd((way.Count + 1, way.GB + shape.MemoryGB), [.. chosen, shape]);
                }
            }
        }

        return reached.Where(way => way.Key.Count == count && way.Key.GB >= missing).MinBy(way => way.Key.GB).Value;
    }
}
