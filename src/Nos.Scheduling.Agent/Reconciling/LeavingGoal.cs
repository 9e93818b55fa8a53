using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Agent.Reconciling;

/// <summary>What is to become of the slices of a node that is to be partitioned no more, or otherwise. Nothing is made any more.</summary>
/// <remarks>
/// Slices in use stay in any case. Of the others the server knows best: it keeps in the spec what bound pods were promised and this agent has not
/// seen them take.
/// </remarks>
internal static class LeavingGoal
{
    /// <summary>
    /// The label is gone. Free slices go at once, also where no server runs any more to say so; but for those that wait for a pod, until the server
    /// drops them or their time is up.
    /// </summary>
    public static NodeGoal Unlabelled(GpuNodeSpec spec, MachineReading machine, DateTimeOffset now) =>
        Keeping(spec, machine, entry => entry.For is { } owner && owner.Until > now);

    /// <summary>The label says another mode. The server empties the spec, and then changes its mode; until then the spec is followed as far as it is there.</summary>
    public static NodeGoal OtherMode(GpuNodeSpec spec, MachineReading machine) => Keeping(spec, machine, _ => true);

    private static NodeGoal Keeping(GpuNodeSpec spec, MachineReading machine, Func<SliceSpec, bool> stays)
    {
        var listed = (spec.Gpus ?? []).ToLookup(gpu => gpu.Index, gpu => gpu.Slices);
        var gpus = machine.Gpus.Where(gpu => listed.Contains(gpu.Index)).Select(gpu =>
        {
            var kept = listed[gpu.Index].SelectMany(slices => slices).Where(stays)
                .Select(entry => SpecEntry.Read(gpu.Index, entry, gpu.Model, ModeOf(entry), out _))
                .OfType<SliceGoal>()
                .Where(goal => gpu.Slices.Any(slice => slice.Shape == goal.Shape))
                .ToList();
            return new GpuGoal(gpu.Index, kept, IsEmpty: true);
        });
        return new NodeGoal([.. gpus], []);
    }

    /// <summary>By what it is, not by what the spec's mode says: a hand may have changed that alone.</summary>
    private static PartitioningMode ModeOf(SliceSpec entry) => entry.Profile is null ? PartitioningMode.Mps : PartitioningMode.Mig;
}
