namespace Nos.Scheduling.Agent.Reconciling;

/// <summary>Puts the slices that bound pods have lost before all others: they are made anew first, at the same places. Pure.</summary>
internal static class Restoring
{
    /// <summary>The goal with them.</summary>
    /// <param name="order">What is asked. On a node that is to be partitioned no more, or otherwise, nothing is made anew: its pods lose what they had.</param>
    /// <param name="goal">What the GPUs should be cut into; a GPU without a goal is left alone.</param>
    /// <param name="lost">What pods were started with and is gone.</param>
    public static NodeGoal Extend(NodeOrder order, NodeGoal goal, IReadOnlyDictionary<SlicePlace, StartedSlice> lost) =>
        lost.Count == 0 || order.Mode is null || order.OutdatedMode is not null
            ? goal
            : goal with { Gpus = [.. goal.Gpus.Select(gpu => lost.Keys.Any(place => place.Gpu == gpu.Index) ? Extend(gpu, lost) : gpu)] };

    /// <summary>First in the list, they win over entries that somebody wrote in their place meanwhile.</summary>
    private static GpuGoal Extend(GpuGoal gpu, IReadOnlyDictionary<SlicePlace, StartedSlice> lost)
    {
        var listed = gpu.Slices.DistinctBy(slice => slice.Shape).ToDictionary(slice => slice.Shape);
        var owed = lost
            .Where(one => one.Key.Gpu == gpu.Index)
            .OrderBy(one => one.Key.Shape.Start)
            .Select(one => listed.GetValueOrDefault(one.Key.Shape) ?? new SliceGoal(one.Key.Id, one.Key.Shape, SpecEntry.Plain(one.Key.Shape), one.Value.Use.PodUid))
            .Select(slice => slice with { IsOwed = true })
            .ToList();
        return gpu with { Slices = [.. owed, .. gpu.Slices.Where(slice => owed.TrueForAll(first => first.Shape != slice.Shape))] };
    }
}
