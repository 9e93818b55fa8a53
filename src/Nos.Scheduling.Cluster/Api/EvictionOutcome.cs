namespace Nos.Scheduling.Cluster.Api;

/// <summary>What became of an eviction.</summary>
public enum EvictionOutcome
{
    /// <summary>The pod is being deleted.</summary>
    Evicted,

    /// <summary>A PodDisruptionBudget forbids it now; it may be allowed later.</summary>
    BlockedByBudget,

    /// <summary>That pod was no longer there.</summary>
    Gone,
}
