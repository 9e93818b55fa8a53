using System.Runtime.CompilerServices;

namespace Nos.Scheduling.Sharing;

/// <summary>How many pods with several whole GPUs a node could take, for each of <see cref="WholeGpuSizes"/> alone.</summary>
[InlineArray(WholeGpuSizes.Count)]
internal struct PlaceCounts
{
    private sbyte first;

    /// <summary>How many fewer there are of each than in <paramref name="before"/>.</summary>
    internal readonly PlaceCounts LostSince(in PlaceCounts before)
    {
        var lost = default(PlaceCounts);
        for (var size = 0; size < WholeGpuSizes.Count; size++)
        {
            lost[size] = (sbyte)(before[size] - this[size]);
        }

        return lost;
    }
}
