using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Agent.Reconciling;

/// <summary>What the API objects ask of a node's agent at one moment.</summary>
/// <param name="Generation">The GpuNode's generation; 0 where there is no GpuNode.</param>
/// <param name="Spec">The newest spec; <see langword="null"/> where there is no GpuNode of this node: nothing is touched, nothing reported.</param>
/// <param name="Mode">The node's label; <see langword="null"/> where it is gone: with a GpuNode left, free slices go.</param>
/// <param name="Trouble">Why nothing can be done here, or <see langword="null"/>: then nothing is touched.</param>
internal sealed record NodeOrder(long Generation, GpuNodeSpec? Spec, PartitioningMode? Mode, NodeTrouble? Trouble)
{
    /// <summary>The uid of the GpuNode; <see langword="null"/> where there is none, or where it does not matter.</summary>
    public string? GpuNodeUid { get; init; }

    /// <summary>Since when the label is gone, as far as this agent knows; of no meaning while it is there.</summary>
    public DateTimeOffset UnlabelledSince { get; init; }

    /// <summary>The mode that the spec is written in, where that is not the label's: the server has not changed it yet, as pods still use the old. Else <see langword="null"/>.</summary>
    public PartitioningMode? OutdatedMode =>
        Enum.TryParse<PartitioningMode>(Spec?.Mode, ignoreCase: true, out var written) && Mode is { } mode && written != mode ? written : null;

    /// <summary>What the GPUs should be cut into. A spec without <c>gpus</c> touches nothing, label or not.</summary>
    /// <param name="machine">The GPUs.</param>
    /// <param name="now">The moment.</param>
    public NodeGoal Goal(MachineReading machine, DateTimeOffset now) => (Spec, Mode, Trouble) switch
    {
        (_, _, not null) or (null or { Gpus: null }, _, _) => NodeGoal.TouchNothing,
        ({ } spec, null, _) => LeavingGoal.Unlabelled(spec, machine, now - UnlabelledSince),
        ({ } spec, _, _) when OutdatedMode is not null => LeavingGoal.OtherMode(spec, machine),
        ({ } spec, { } mode, _) => SpecReader.Read(spec, mode, machine),
    };
}
