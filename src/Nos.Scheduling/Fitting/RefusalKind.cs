namespace Nos.Scheduling.Fitting;

/// <summary>What a node lacks for a pod where no scheduler has filtered for us; from what no eviction changes to what is nearest to a yes.</summary>
public enum RefusalKind
{
    /// <summary>Nothing: it takes the pod.</summary>
    None,

    /// <summary>A label of the pod's node selector.</summary>
    Selector,

    /// <summary>Every alternative of the pod's required node affinity.</summary>
    Affinity,

    /// <summary>The node is not ready or is being deleted.</summary>
    NotReady,

    /// <summary>The pod does not tolerate a taint; a cordon counts as one.</summary>
    Taint,

    /// <summary>The slices: see <see cref="Refusal.Misfit"/>.</summary>
    Slices,

    /// <summary>cpu, memory, pods or another resource is used up.</summary>
    Resource,
}
