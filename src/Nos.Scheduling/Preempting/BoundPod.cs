using System.Collections.Immutable;
using Nos.Scheduling.Fitting;
using Nos.Scheduling.Quotas;

namespace Nos.Scheduling.Preempting;

/// <summary>A pod that is bound and has not ended, as reclaim sees it.</summary>
/// <param name="Pod">What quotas see of it.</param>
/// <param name="Node">The node that it is bound to.</param>
/// <param name="Demand">What it takes of its node; its slices are those that the snapshot says it has.</param>
/// <param name="Started">Since when it runs; <see langword="null"/> where it does not yet: then no running time is lost.</param>
/// <param name="IsTerminating">Whether it is on its way out: it is never chosen and counts as room to come.</param>
/// <param name="IsProtected">Whether nobody may evict it: mirror pods, DaemonSets' pods, pods of excluded namespaces.</param>
public sealed record BoundPod(
    QuotaPod Pod, string Node, PodDemand Demand, DateTimeOffset? Started = null, bool IsTerminating = false, bool IsProtected = false)
{
    /// <summary>From this priority on pods belong to the system, and nobody may evict them.</summary>
    public const int SystemPriority = 2_000_000_000;

    /// <summary>The keys of the PodDisruptionBudgets that select it.</summary>
    public ImmutableArray<string> Budgets { get; init; } = [];
}
