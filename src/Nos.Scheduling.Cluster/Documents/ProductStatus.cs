namespace Nos.Scheduling.Cluster.Documents;

/// <summary>What NVML says of one product.</summary>
public sealed record ProductStatus
{
    /// <summary>The name as in <c>nvidia.com/gpu.product</c>.</summary>
    public string Product { get => field ?? ""; init; }

    /// <summary>Unit: MiB, all of the device's memory.</summary>
    [System.Text.Json.Serialization.JsonPropertyName("memoryMiB")]
    public int MemoryMiB { get; init; }

    /// <summary>Unit: GB that MPS shares may add up to.</summary>
    [System.Text.Json.Serialization.JsonPropertyName("usableGB")]
    public int UsableGB { get; init; }

    /// <summary>MIG profiles; empty where the product knows none.</summary>
    public ProfileStatus[] Profiles { get => field ?? []; init; }
}
