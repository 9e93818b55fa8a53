namespace Nos.Scheduling.Cluster.Documents;

/// <summary>What a node's GPUs are and what they are cut into.</summary>
public sealed record GpuNodeStatus
{
    /// <summary>The newest spec generation that the agent has acted on.</summary>
    public long? ObservedGeneration { get; init; }

    /// <summary>The driver's version.</summary>
    public string? Driver { get; init; }

    /// <summary>The products on the node, once each.</summary>
    public ProductStatus[] Products { get => field ?? []; init; }

    /// <summary>The GPUs, by index.</summary>
    public GpuStatus[] Gpus { get => field ?? []; init; }

    /// <summary><c>Ready</c> and <c>Partitioned</c>.</summary>
    public Condition[] Conditions { get => field ?? []; init; }
}
