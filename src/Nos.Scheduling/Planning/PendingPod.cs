using Nos.Scheduling.Fitting;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Planning;

/// <summary>A pod that waits for a node. Compares by uid.</summary>
public sealed record PendingPod
{
    /// <summary>Its identity, by which slices that are kept for it are found; unique within a batch.</summary>
    public required string Uid { get; init; }

    /// <summary>Namespace and name, for people and as the last tie-break but one.</summary>
    public required string Key { get; init; }

    /// <summary>What it needs of a node.</summary>
    public required PodDemand Demand { get; init; }

    /// <summary>Which nodes it may be put on.</summary>
    public NodeRequirements Requirements { get; init; } = NodeRequirements.None;

    /// <summary>Its priority; higher is served first.</summary>
    public int Priority { get; init; }

    /// <summary>When it was created; <see langword="null"/>: not yet, which counts as last.</summary>
    public DateTimeOffset? Created { get; init; }

    /// <inheritdoc/>
    public bool Equals(PendingPod? other) => other is not null && Uid == other.Uid;

    /// <inheritdoc/>
    public override int GetHashCode() => Uid.GetHashCode(StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => Key;
}
