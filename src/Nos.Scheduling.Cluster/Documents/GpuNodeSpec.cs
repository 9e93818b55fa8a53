namespace Nos.Scheduling.Cluster.Documents;

/// <summary>What a node's GPUs should be cut into.</summary>
public sealed record GpuNodeSpec
{
    /// <summary><c>MIG</c> or <c>MPS</c>, from the node's label.</summary>
    public string? Mode { get; init; }

    /// <summary>The GPUs. <see langword="null"/> means: touch nothing.</summary>
    public GpuSpec[]? Gpus { get; init; }
}
