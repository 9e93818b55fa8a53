namespace Nos.Scheduling.Cluster.Documents;

/// <summary>How many of some pods may be evicted at once: a PodDisruptionBudget.</summary>
public sealed record DisruptionBudgetDocument : IKubeDocument
{
    /// <inheritdoc/>
    public string? ApiVersion { get; init; }

    /// <inheritdoc/>
    public string? Kind { get; init; }

    /// <inheritdoc/>
    public ObjectMeta Metadata { get => field ??= new(); init; }

    /// <summary>Which pods.</summary>
    public BudgetSpec Spec { get => field ??= new(); init; }

    /// <summary>How many may go now.</summary>
    public BudgetStatus Status { get => field ??= new(); init; }

    /// <summary>Which pods.</summary>
    public sealed record BudgetSpec
    {
        /// <summary>By their labels; <see langword="null"/> for none.</summary>
        public LabelSelectorDocument? Selector { get; init; }
    }

    /// <summary>How many may go now.</summary>
    public sealed record BudgetStatus
    {
        /// <summary>Unit: pods; 0 until the disruption controller has counted.</summary>
        public int DisruptionsAllowed { get; init; }
    }
}
