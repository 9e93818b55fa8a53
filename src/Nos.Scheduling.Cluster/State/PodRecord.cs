using Nos.Scheduling.Fitting;

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

    /// <summary>Namespace and name.</summary>
    public string Key => $"{Namespace}/{Name}";

    /// <summary>Whether it waits for a node.</summary>
    public bool IsWaiting => NodeName is null && !HasEnded && !IsTerminating;
}
