using Nos.Scheduling.Cluster.Documents;

namespace Nos.Scheduling.Cli.Status;

/// <summary>One GPU as <c>status</c> shows it.</summary>
/// <param name="Index">NVML's index.</param>
/// <param name="Product">The product.</param>
/// <param name="Map">Its memory, <c>#</c> in use and <c>.</c> not; a single <c>?</c> where nothing tells what the product is.</param>
/// <param name="Slices">Its slices, by start or number.</param>
internal sealed record GpuView(int Index, string Product, string Map, IReadOnlyList<SliceView> Slices)
{
    /// <summary>The slices that somebody uses.</summary>
    internal IEnumerable<SliceView> Used => Slices.Where(slice => slice.State == SliceStates.Used);

    /// <summary>The slices that are there for the next one.</summary>
    internal IEnumerable<SliceView> Free => Slices.Where(slice => slice.State == SliceStates.Free);
}
