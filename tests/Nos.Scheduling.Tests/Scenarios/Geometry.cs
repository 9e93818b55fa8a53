using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Tests.Scenarios;

/// <summary>How GPUs are cut, as counts: <c>1g.6gb:2 2g.12gb:1</c>, by size, then name; used, reserved and free slices alike.</summary>
internal static class Geometry
{
    internal static string Of(Gpu gpu) => Of(gpu.Slices.Select(slice => slice.Shape));

    /// <summary>GPU by GPU.</summary>
    internal static string[] Of(Node node) => [.. node.Gpus.Select(Of)];

    /// <summary>Of all GPUs together.</summary>
    internal static string SumOf(Node node) => Of(node.Gpus.SelectMany(gpu => gpu.Slices).Select(slice => slice.Shape));

    private static string Of(IEnumerable<SliceShape> shapes) => string.Join(' ', shapes
        .GroupBy(shape => shape.Profile?.Name ?? $"{shape.MemoryGB}gb")
        .OrderBy(like => like.First().MemoryGB).ThenBy(like => like.Key, StringComparer.Ordinal)
        .Select(like => $"{like.Key}:{like.Count()}"));
}
