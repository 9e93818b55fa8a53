namespace Nos.Scheduling.Preempting;

/// <summary>Why nobody is evicted for a pod.</summary>
public enum ReclaimObstacle
{
    /// <summary>There is none: it has room, or gets it.</summary>
    None,

    /// <summary>No node comes into question, whoever went: none was offered, or none may have the pod.</summary>
    NoNode,

    /// <summary>Its <c>preemptionPolicy</c> is Never.</summary>
    NeverPreempts,

    /// <summary>Its quota would pass its max, and no node has own pods of lower priority whose going would change that. Rules Q1 and R3.</summary>
    QuotaMaxExceeded,

    /// <summary>It asks for more than its fair share while nothing is idle, and no node has own pods of lower priority whose going would change that. Rules Q3 and R3.</summary>
    NothingToBorrow,

    /// <summary>No rule lets it take from anybody what it lacks, on any node.</summary>
    NobodyToEvict,

    /// <summary>There are pods that it might take from, but on no node would all of them together leave enough.</summary>
    NotEnoughToEvict,
}
