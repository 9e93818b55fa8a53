using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Agent.Reconciling;

/// <summary>What the API objects ask of a node's agent at one moment.</summary>
/// <param name="Generation">The GpuNode's generation; 0 where there is no GpuNode.</param>
/// <param name="Spec">The newest spec; <see langword="null"/> where there is no GpuNode: nothing is touched, nothing reported.</param>
/// <param name="Mode">The node's label; <see langword="null"/> where it is gone: with a GpuNode left, free slices go.</param>
/// <param name="Trouble">Why nothing can be done here, or <see langword="null"/>: then nothing is touched.</param>
internal sealed record NodeOrder(long Generation, GpuNodeSpec? Spec, PartitioningMode? Mode, NodeTrouble? Trouble)
{
    /// <summary>What the GPUs should be cut into.</summary>
    public NodeGoal Goal(MachineReading machine) => (Spec, Mode, Trouble) switch
    {
        (_, _, not null) or (null, _, _) => NodeGoal.TouchNothing,
        (_, null, _) => NodeGoal.NoSlices(machine),
        ({ } spec, { } mode, _) => SpecReader.Read(spec, mode, machine),
    };
}
