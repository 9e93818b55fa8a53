namespace Nos.Scheduling.Cluster.Documents;

/// <summary>The part of a pod's status that decisions need.</summary>
public sealed record PodStatus
{
    /// <summary><c>Pending</c>, <c>Running</c>, <c>Succeeded</c>, <c>Failed</c> or <c>Unknown</c>.</summary>
    public string? Phase { get; init; }

    /// <summary>Conditions, or <see langword="null"/>.</summary>
    public Condition[]? Conditions { get; init; }

    /// <summary>Why the pod is in its phase, in one word.</summary>
    public string? Reason { get; init; }

    /// <summary>When kubelet took it up; <see langword="null"/> before.</summary>
    public DateTimeOffset? StartTime { get; init; }

    /// <summary>The node where a scheduler has others make way for it; <see langword="null"/> where it does not. Schedulers clear it at will.</summary>
    public string? NominatedNodeName { get; init; }
}
