using Nos.Scheduling.Cluster.Documents;

namespace Nos.Scheduling.Agent.Reconciling;

/// <summary>What is to be done about a node's GPUs.</summary>
/// <param name="Work">GPUs with steps to take, by index.</param>
/// <param name="Refused">Entries of the spec that are left undone, with the reason.</param>
internal sealed record NodePlan(IReadOnlyList<GpuWork> Work, IReadOnlyList<SliceRefusal> Refused)
{
    /// <summary>The slices that steps are about.</summary>
    public IEnumerable<SlicePlace> Places => Work.SelectMany(work => work.Places);

    /// <summary>Decides GPU by GPU; a GPU without a goal is left alone.</summary>
    /// <param name="goal">What the GPUs should be cut into.</param>
    /// <param name="machine">What is there.</param>
    /// <param name="uses">Who uses what.</param>
    /// <param name="listed">Slices that a spec has listed since the agent runs; others were found.</param>
    public static NodePlan Between(
        NodeGoal goal, MachineReading machine, IReadOnlyDictionary<SlicePlace, SliceUse> uses, IReadOnlySet<SlicePlace> listed)
    {
        var work = new List<GpuWork>();
        var refused = new List<SliceRefusal>(goal.Refused);
        foreach (var gpu in machine.Gpus)
        {
            if (goal.Find(gpu.Index) is not { } wanted)
            {
                continue;
            }

            if (gpu.Fault is { } fault)
            {
                var missing = wanted.Slices.Where(goal => gpu.Slices.All(slice => slice.Shape != goal.Shape));
                refused.AddRange(missing.Select(goal => new SliceRefusal(gpu.Index, Entry(goal), $"Nothing is made on GPU {gpu.Index}: {fault}")));

                // A share is no thing of the device's: it can go all the same, and must, where the node is to do without.
                var existing = wanted with { Slices = [.. wanted.Slices.Where(goal => gpu.Slices.Any(slice => slice.Shape == goal.Shape))] };
                var actual = gpu.Slices.Select(slice => new ActualSlice(slice.Shape, TieOf(gpu.Index, slice))).ToList();
                List<SliceStep> removals = [.. SliceSteps.Between(existing, gpu.Model, actual).Where(step => step is SliceStep.Destroy && step.Shape.Profile is null)];
                if (removals.Count > 0)
                {
                    work.Add(new GpuWork(gpu.Index, removals));
                }

                continue;
            }

            // What is half done and wanted is missing: making it finishes it. The rest is of no use to anybody.
            var undone = gpu.HalfDone.Where(shape => wanted.Slices.All(goal => goal.Shape != shape)).Select(shape => (SliceStep)new SliceStep.Destroy(shape));
            List<SliceStep> steps =
            [
                .. undone,
                .. SliceSteps.Between(wanted, gpu.Model, [.. gpu.Slices.Select(slice => new ActualSlice(slice.Shape, TieOf(gpu.Index, slice)))]),
            ];
            refused.AddRange(steps.OfType<SliceStep.Refuse>().Select(step => new SliceRefusal(gpu.Index, Entry(step.Goal), BlockedBy(gpu.Index, step))));
            if (steps.Any(step => step is not SliceStep.Refuse))
            {
                work.Add(new GpuWork(gpu.Index, [.. steps.Where(step => step is not SliceStep.Refuse)]));
            }
        }

        return new NodePlan(work, refused);

        SliceTie TieOf(int gpu, LiveSlice slice)
        {
            var place = new SlicePlace(gpu, slice.Shape);
            return slice.IsBusy || slice.IsOwed || uses.ContainsKey(place) ? SliceTie.InUse : listed.Contains(place) ? SliceTie.Listed : SliceTie.Found;
        }

        // Who is in the way can end it; that is worth a name.
        string BlockedBy(int gpu, SliceStep.Refuse step)
        {
            var holders = uses
                .Where(use => use.Key.Gpu == gpu && step.Why.Contains(use.Key.Id, StringComparison.Ordinal))
                .Select(use => $" {use.Key.Id} is in use by {use.Value.Pod}.");
            return step.Why + string.Concat(holders.Order(StringComparer.Ordinal));
        }
    }

    private static SliceSpec Entry(SliceGoal goal) => new()
    {
        Id = goal.Id,
        Profile = goal.Shape.Profile?.Name,
        Start = goal.Shape.Profile is null ? null : goal.Shape.Start,
        MemoryGB = goal.Shape.Profile is null ? goal.Shape.MemoryGB : null,
        Resource = goal.Resource.Name,
    };
}
