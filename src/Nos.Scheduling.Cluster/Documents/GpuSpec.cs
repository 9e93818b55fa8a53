namespace Nos.Scheduling.Cluster.Documents;

/// <summary>What one GPU should be cut into. A GPU that is not listed is left alone.</summary>
public sealed record GpuSpec
{
    /// <summary>NVML's index on the node, from 0.</summary>
    public int Index { get; init; }

    /// <summary>The slices; empty means none.</summary>
    public SliceSpec[] Slices { get => field ?? []; init; }
}
