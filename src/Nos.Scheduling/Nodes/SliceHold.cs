namespace Nos.Scheduling.Nodes;

/// <summary>Whether a slice may be given to a pod, or destroyed for its room.</summary>
public enum SliceHold
{
    /// <summary>Nobody's: may be reused, or destroyed when its room is needed.</summary>
    Free,

    /// <summary>Kept for a pod that is not bound yet.</summary>
    Reserved,

    /// <summary>Promised to a bound pod whose devices the agent has not reported yet; kubelet may give it a like one.</summary>
    Covered,

    /// <summary>A pod or a process has it. Never destroyed.</summary>
    Used,
}
