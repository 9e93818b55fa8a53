namespace Nos.Scheduling.ClusterTests.Checking;

/// <summary>What must hold, as far as API objects show it. The first group at every moment, the others as they say.</summary>
public enum Invariant
{
    /// <summary>Two slices of one GPU share memory.</summary>
    SlicesOverlap,

    /// <summary>A slice has a profile that its product does not report, or begins where that profile cannot.</summary>
    NoSuchPlace,

    /// <summary>One slice is listed more than once.</summary>
    ListedTwice,

    /// <summary>More instances of one profile than the product reports as its limit.</summary>
    TooManyInstances,

    /// <summary>More compute slices than the largest profile has.</summary>
    TooMuchCompute,

    /// <summary>More memory than the GPU has: MiB of MIG instances, or GB of MPS shares.</summary>
    TooMuchMemory,

    /// <summary>More MPS clients on one GPU than its daemon takes.</summary>
    TooManyClients,

    /// <summary>MPS clients of one GPU ask for more than all of its compute together.</summary>
    TooMuchPercent,

    /// <summary>MPS clients of one GPU have different uids: the driver queues the one behind the other.</summary>
    MixedUids,

    /// <summary>A bound pod asks for slices and its annotation names none, or cannot be read.</summary>
    PromiseMissing,

    /// <summary>A pod was promised other slices than its containers ask for.</summary>
    PromiseUnlikeLimits,

    /// <summary>A promised slice is not listed in the GpuNode, is not there, or is another pod's.</summary>
    PromiseNotBorneOut,

    /// <summary>Two pods, or two containers that run side by side, were promised one slice.</summary>
    PromisedTwice,

    /// <summary>Bound pods wait for more slices of a resource than are there for them.</summary>
    TooFewSlices,

    /// <summary>A pod has more slices than it asks for, or slices of two nodes.</summary>
    HoldsTooMany,

    /// <summary>A slice is kept for longer than a reservation lasts.</summary>
    ReservedTooLong,

    /// <summary>A slice that is kept for a waiting pod was promised to another.</summary>
    ReservationIgnored,

    /// <summary>More slices are kept for a pod on one node than it asks for.</summary>
    ReservedTooMany,

    /// <summary>The pods of a node ask for more cpu, memory or places than it has.</summary>
    NodeOvercommitted,

    /// <summary>Over time: the slice of a bound pod has another UUID than before; it was destroyed under it and made anew.</summary>
    SliceRemade,

    /// <summary>At rest: a pod is bound and the agent does not report it as using what it asks for.</summary>
    PodNotServed,

    /// <summary>At rest: a slice is reported as used by a pod that is no more.</summary>
    SliceLeaked,

    /// <summary>At rest: slices are kept for a waiting pod on two nodes.</summary>
    ReservedOnTwoNodes,

    /// <summary>At rest: the agent has not done what the spec says.</summary>
    NotConverged,
}
