using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Agent.Reconciling;

/// <summary>Reads <c>GpuNode.spec</c> against what the machine has. One bad entry never spoils another.</summary>
internal static class SpecReader
{
    /// <summary>What the spec asks for.</summary>
    /// <param name="spec">The spec. Without <c>gpus</c> it means: touch nothing. A GPU listed twice is read as one list.</param>
    /// <param name="mode">What the node's label says, and the spec too.</param>
    /// <param name="machine">The GPUs.</param>
    public static NodeGoal Read(GpuNodeSpec spec, PartitioningMode mode, MachineReading machine)
    {
        var gpus = new List<GpuGoal>();
        var refused = new List<SliceRefusal>();
        foreach (var listed in (spec.Gpus ?? []).GroupBy(gpu => gpu.Index).OrderBy(group => group.Key))
        {
            var slices = listed.SelectMany(gpu => gpu.Slices).ToList();
            if (machine.Find(listed.Key) is { } gpu)
            {
                gpus.Add(new GpuGoal(gpu.Index, Read(gpu, slices, mode, refused), IsEmpty: slices.Count == 0));
                continue;
            }

            refused.AddRange(slices.Select(entry => new SliceRefusal(listed.Key, entry, NoSuchGpu(listed.Key, machine))));
        }

        return new NodeGoal(gpus, refused);
    }

    private static List<SliceGoal> Read(GpuReading gpu, IEnumerable<SliceSpec> entries, PartitioningMode mode, List<SliceRefusal> refused)
    {
        var goals = new List<SliceGoal>();
        foreach (var entry in entries)
        {
            if (SpecEntry.Read(gpu.Index, entry, gpu.Model, mode, out var why) is { } goal)
            {
                goals.Add(goal);
            }
            else
            {
                refused.Add(new SliceRefusal(gpu.Index, entry, why));
            }
        }

        return goals;
    }

    private static string NoSuchGpu(int index, MachineReading machine) => machine.Gpus.Count == 0
        ? $"The node has no GPU {index}: it shows none at all."
        : $"The node has no GPU {index}; it has 0 to {machine.Gpus[^1].Index}.";
}
