namespace Nos.Scheduling.Cluster.Documents;

/// <summary>One slice that should exist.</summary>
public sealed record SliceSpec
{
    /// <summary><c>0-1g.10gb-3</c> (gpu, profile, start) or <c>0-10gb-1</c> (gpu, size, number). A <c>+</c> is written <c>.</c>.</summary>
    public string Id { get => field ?? ""; init; }

    /// <summary>NVIDIA's name of the MIG profile; <see langword="null"/> for an MPS share.</summary>
    public string? Profile { get; init; }

    /// <summary>MIG: the first memory slice.</summary>
    public int? Start { get; init; }

    /// <summary>MPS: unit GB; <see langword="null"/> for MIG.</summary>
    [System.Text.Json.Serialization.JsonPropertyName("memoryGB")]
    public int? MemoryGB { get; init; }

    /// <summary>The one name it is advertised to kubelet under.</summary>
    public string Resource { get => field ?? ""; init; }

    /// <summary>For whom it was cut; <see langword="null"/> for nobody in particular.</summary>
    public SliceOwner? For { get; init; }
}
