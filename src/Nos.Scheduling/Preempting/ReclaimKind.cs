namespace Nos.Scheduling.Preempting;

/// <summary>What is decided for a pod that waits for room.</summary>
public enum ReclaimKind
{
    /// <summary>Nobody need go: the room is there, or will be when pods that are terminating have gone.</summary>
    HasRoom,

    /// <summary>Pods are evicted for it.</summary>
    Evicts,

    /// <summary>It goes on waiting.</summary>
    Nothing,
}
