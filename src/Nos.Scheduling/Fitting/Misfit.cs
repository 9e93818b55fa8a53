namespace Nos.Scheduling.Fitting;

/// <summary>Why a pod's slices do not go onto a node. The names are metric labels, event reasons and the texts of the extender's reply.</summary>
public enum Misfit
{
    /// <summary>They go.</summary>
    None,

    /// <summary>No GPU of the node knows the profile, or the node is of the other mode. Evicting pods would not help.</summary>
    ProfileNotOffered,

    /// <summary>Every placement of the profile overlaps a slice that is held. Evicting pods may help.</summary>
    NoOpenPlacement,

    /// <summary>MPS: no GPU has so much memory left. Evicting pods may help.</summary>
    NotEnoughGpuMemory,

    /// <summary>MPS: no GPU has so much compute percentage left. Evicting pods may help.</summary>
    NotEnoughGpuCompute,

    /// <summary>MPS: the GPUs with room have as many clients as the driver allows. Evicting pods may help.</summary>
    ClientLimit,

    /// <summary>MPS: the GPUs with room serve another uid. Evicting pods may help.</summary>
    UidConflict,

    /// <summary>The node has no partitioning label, or is unknown. Evicting pods would not help.</summary>
    NodeNotManaged,

    /// <summary>The node is cordoned, not ready, or being deleted, or its GPUs are. Evicting pods would not help.</summary>
    NodeNotReady,

    /// <summary>The node's agent has not reported, or its Lease has run out. Evicting pods would not help.</summary>
    AgentSilent,

    /// <summary>Another device plugin serves our names or whole GPUs on the node. Evicting pods would not help.</summary>
    ForeignDevicePlugin,

    /// <summary>The node's GPUs are time-sliced, which is not supported. Evicting pods would not help.</summary>
    TimeSlicing,

    /// <summary>NVIDIA's DRA driver owns the node's GPUs. Evicting pods would not help.</summary>
    DraOwned,

    /// <summary>A slice could not be cut here a moment ago; the node rests, from 10 s to 5 min. Evicting pods would not help.</summary>
    PartitioningBackoff,

    /// <summary>cpu, memory or the number of pods does not suffice, seen at bind. Evicting pods may help.</summary>
    NodeResources,

    /// <summary>The pod's request was never rewritten: the webhook was down when it was created. Evicting pods would not help.</summary>
    NotAdmitted,

    /// <summary>The pod's quota would pass its max. Evicting other quotas' pods would not help. Rule Q1.</summary>
    QuotaMaxExceeded,

    /// <summary>The pod's quota is above its min, and nobody has anything to lend. Evicting pods may help: other quotas' owners may take back what is theirs. Rule Q3.</summary>
    NothingToBorrow,

    /// <summary>The pod is entitled to room here that is being taken back for it; it waits for pods that are being evicted. Evicting more would not help.</summary>
    WaitingForReclaim,
}
