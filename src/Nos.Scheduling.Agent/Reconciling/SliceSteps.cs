using Nos.Scheduling.Gpus;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Agent.Reconciling;

/// <summary>Works out how one GPU gets from the slices it has to those that its spec lists.</summary>
/// <remarks>
/// <code>
///   has      ##......   in use, the spec does not list it: stays, whatever the spec says
///            ..#.....   listed before, dropped by the spec: destroyed
///            ......#.   found, never listed: stays, as nothing wants its room
///   wants    ...#....   missing: created
///            #.......   in the way of what is in use: refused, with the reason; the others go on
/// </code>
/// </remarks>
internal static class SliceSteps
{
    /// <summary>
    /// First all removals, then all additions, those that pods have lost first, each by start, then size; refusals last, in the order of the spec. No
    /// addition overlaps anything that stays. Of entries that cannot stand side by side the one that exists wins, then the first of the spec.
    /// Of found slices that cannot all stay the smallest stay, so that the fewest go; ties by start.
    /// </summary>
    /// <param name="goal">What the spec lists, checked entry by entry.</param>
    /// <param name="model">The GPU's model.</param>
    /// <param name="actual">What exists.</param>
    public static IReadOnlyList<SliceStep> Between(GpuGoal goal, GpuModel model, IReadOnlyCollection<ActualSlice> actual)
    {
        var wanted = goal.Slices.DistinctBy(slice => slice.Shape).ToList();
        var wantedShapes = wanted.Select(slice => slice.Shape).ToHashSet();
        var existing = actual.Select(slice => slice.Shape).ToHashSet();
        var staying = actual
            .Where(slice => slice.Tie == SliceTie.InUse || wantedShapes.Contains(slice.Shape))
            .Select(slice => slice.Shape)
            .ToList();

        var additions = new List<SliceGoal>();
        var refusals = new List<SliceStep>();
        foreach (var missing in wanted.Where(slice => !existing.Contains(slice.Shape)))
        {
            if (Coexistence.Obstacle(model, goal.Index, staying, missing.Shape) is { } why)
            {
                refusals.Add(new SliceStep.Refuse(missing, why));
                continue;
            }

            staying.Add(missing.Shape);
            additions.Add(missing);
        }

        var removals = new List<SliceShape>();
        foreach (var leftover in actual.Where(slice => slice.Tie != SliceTie.InUse && !wantedShapes.Contains(slice.Shape)).Order(SmallestFirst))
        {
            if (leftover.Tie == SliceTie.Found && !goal.IsEmpty && Coexistence.Obstacle(model, goal.Index, staying, leftover.Shape) is null)
            {
                staying.Add(leftover.Shape);
                continue;
            }

            removals.Add(leftover.Shape);
        }

        return
        [
            .. removals.OrderBy(shape => shape.Start).ThenBy(shape => shape.MemoryGB).Select(SliceStep (shape) => new SliceStep.Destroy(shape)),
            .. additions.OrderByDescending(slice => slice.IsOwed).ThenBy(slice => slice.Shape.Start).ThenBy(slice => slice.Shape.MemoryGB).Select(SliceStep (slice) => new SliceStep.Create(slice)),
            .. refusals,
        ];
    }

    private static Comparer<ActualSlice> SmallestFirst { get; } = Comparer<ActualSlice>.Create((left, right) =>
        (left.Shape.Mask.Count, left.Shape.MemoryGB, left.Shape.Start).CompareTo((right.Shape.Mask.Count, right.Shape.MemoryGB, right.Shape.Start)));
}
