using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Agent.Reconciling;

/// <summary>What is to become of the slices of a node that is to be partitioned no more, or otherwise. Nothing is made any more.</summary>
/// <remarks>
/// Slices in use stay in any case. Of the others the server knows best: it empties the spec, but for what bound pods were promised and this agent has
/// not seen them take.
/// </remarks>
internal static class LeavingGoal
{
    /// <summary>How long the server is waited for; in that time the agent has heard of every pod that was bound before the label went.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>The label is gone: what the spec lists stays until the server drops it; where no server runs any more, free slices go all the same.</summary>
    public static NodeGoal Unlabelled(GpuNodeSpec spec, MachineReading machine, TimeSpan since) => Keeping(spec, machine, since < Patience);

    /// <summary>The label says another mode: likewise, but the server is waited for, since it alone can change the mode.</summary>
    public static NodeGoal OtherMode(GpuNodeSpec spec, MachineReading machine) => Keeping(spec, machine, isFollowed: true);

    private static NodeGoal Keeping(GpuNodeSpec spec, MachineReading machine, bool isFollowed)
    {
        var listed = (spec.Gpus ?? []).ToLookup(gpu => gpu.Index, gpu => gpu.Slices);
        var gpus = machine.Gpus.Where(gpu => listed.Contains(gpu.Index)).Select(gpu =>
        {
            var kept = listed[gpu.Index].SelectMany(slices => isFollowed ? slices : [])
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
