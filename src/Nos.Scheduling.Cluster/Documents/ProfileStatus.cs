namespace Nos.Scheduling.Cluster.Documents;

/// <summary>What NVML says of one MIG profile.</summary>
public sealed record ProfileStatus
{
    /// <summary>NVIDIA's name, such as <c>1g.10gb+me</c>.</summary>
    public string Name { get => field ?? ""; init; }

    /// <summary>Unit: compute slices.</summary>
    public int ComputeSlices { get; init; }

    /// <summary>Unit: memory slices.</summary>
    public int MemorySlices { get; init; }

    /// <summary>Unit: MiB.</summary>
    [System.Text.Json.Serialization.JsonPropertyName("memoryMiB")]
    public int MemoryMiB { get; init; }

    /// <summary>The memory slices that an instance may begin at, ascending.</summary>
    public int[] Starts { get => field ?? []; init; }

    /// <summary>The most instances on one GPU.</summary>
    public int MaxInstances { get; init; }
}
