using Nos.Scheduling.Cluster.Reclaiming;
using Nos.Scheduling.Fitting;
using Nos.Scheduling.Nodes;
using Nos.Scheduling.Planning;

namespace Nos.Scheduling.Cluster.State;

/// <summary>What is remembered of a pod.</summary>
public sealed record PodRecord
{
    /// <summary>Its identity.</summary>
    public required string Uid { get; init; }

    /// <summary>Its namespace.</summary>
    public required string Namespace { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>The node it is bound to; <see langword="null"/> while it waits.</summary>
    public string? NodeName { get; init; }

    /// <summary>Who schedules it.</summary>
    public required string SchedulerName { get; init; }

    /// <summary>What it needs of a node.</summary>
    public required PodDemand Demand { get; init; }

    /// <summary>The slices that its annotation names; empty where there is none or it cannot be read. Users may have forged it.</summary>
    public required IReadOnlyList<PromisedSlice> Promise { get; init; }

    /// <summary>Whether it has the annotation, and nothing in it can be read.</summary>
    public bool IsPromiseUnreadable { get; init; }

    /// <summary>Whether it asks for what only the webhook translates, and was not translated.</summary>
    public bool IsNotAdmitted { get; init; }

    /// <summary>Who would make it anew, remembered only where it was not admitted; <see langword="null"/> for a bare pod.</summary>
    public PodController? Controller { get; init; }

    /// <summary>Whether it has ended: Succeeded or Failed. It holds nothing any more.</summary>
    public bool HasEnded { get; init; }

    /// <summary>Whether it is being deleted. It holds what it has until it is gone.</summary>
    public bool IsTerminating { get; init; }

    /// <summary>Its phase, for display.</summary>
    public string? Phase { get; init; }

    /// <summary>Its priority; 0 where admission resolved none.</summary>
    public int Priority { get; init; }

    /// <summary>When the API server stored it first; <see langword="null"/> where it is only planned.</summary>
    public DateTimeOffset? Created { get; init; }

    /// <summary>Which nodes it may be put on; read only while it waits.</summary>
    public NodeRequirements Requirements { get; init; } = NodeRequirements.None;

    /// <summary>What a scheduler said when it found no node for it; <see langword="null"/> where none did, or none says so any more.</summary>
    public string? Unschedulable { get; init; }

    /// <summary>What its annotation says of room that others make way for; <see langword="null"/> where it says nothing, or the pod does not wait. Users may have forged it.</summary>
    public ReclaimClaim? Claim { get; init; }

    /// <summary>What its label <c>nos.nebuly.com/capacity</c> says; <see langword="null"/> where it has none. Users may have forged it: only to be compared.</summary>
    public string? Capacity { get; init; }

    /// <summary>When kubelet took it up; <see langword="null"/> before.</summary>
    public DateTimeOffset? Started { get; init; }

    /// <summary>Its labels, for disruption budgets; kept only while it is bound and has not ended.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Labels { get; init; } = [];

    /// <summary>Whether evicting it makes no sense: kubelet's own static pods, and DaemonSets' pods, which come back to the same node.</summary>
    public bool IsTiedToNode { get; init; }

    /// <summary>Whether it may have others evicted: not with <c>preemptionPolicy: Never</c>.</summary>
    public bool MayPreempt { get; init; } = true;

    /// <summary>Whether a scheduler has chosen a node for it where others are to make way.</summary>
    public bool IsNominated { get; init; }

    /// <summary>Whether it asks for the marker that brings pods without slices here.</summary>
    public bool IsMarked { get; init; }

    /// <summary>Namespace and name.</summary>
    public string Key => $"{Namespace}/{Name}";

    /// <summary>Whether it waits for a node.</summary>
    public bool IsWaiting => NodeName is null && !HasEnded && !IsTerminating;

    /// <summary>The pod as plans for batches see it.</summary>
    public PendingPod ToPending() => new()
    {
        Uid = Uid,
        Key = Key,
        Demand = Demand,
        Requirements = Requirements,
        Priority = Priority,
        Created = Created,
    };
}
