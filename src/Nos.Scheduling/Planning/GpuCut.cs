using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Planning;

/// <summary>What changes on one GPU.</summary>
/// <param name="Gpu">Its index.</param>
/// <param name="Destroyed">Free slices that go, by start.</param>
/// <param name="Created">Slices that come, by start.</param>
public sealed record GpuCut(int Gpu, IReadOnlyList<SliceShape> Destroyed, IReadOnlyList<SliceShape> Created)
{
    /// <summary>The difference between a GPU before and after; a slice that is advertised under another name is made anew.</summary>
    public static GpuCut Between(Gpu before, Gpu after) => new(before.Index, Missing(before, after), Missing(after, before));

    private static SliceShape[] Missing(Gpu from, Gpu among) =>
    [
        .. from.Slices.Where(slice => !among.Slices.Any(other => other.Shape == slice.Shape && other.Resource == slice.Resource))
            .Select(slice => slice.Shape).OrderBy(shape => shape.Start).ThenBy(shape => shape.MemoryGB),
    ];
}
