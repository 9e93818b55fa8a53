namespace Nos.Scheduling.Cluster.Documents;

/// <summary>One GPU and its slices.</summary>
public sealed record GpuStatus
{
    /// <summary>NVML's index on the node, from 0.</summary>
    public int Index { get; init; }

    /// <summary>The device's UUID, <c>GPU-…</c>.</summary>
    public string? Uuid { get; init; }

    /// <summary>Its product: one of the status' products.</summary>
    public string Product { get => field ?? ""; init; }

    /// <summary>The slices, by start or number.</summary>
    public SliceStatus[] Slices { get => field ?? []; init; }
}
