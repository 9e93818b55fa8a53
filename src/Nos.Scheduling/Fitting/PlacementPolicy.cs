namespace Nos.Scheduling.Fitting;

/// <summary>By what a place is preferred to another. The latter two are there for comparison.</summary>
public enum PlacementPolicy
{
    /// <summary>Where it takes the least room from the pods that may come.</summary>
    Fragmentation,

    /// <summary>Where it leaves the least room on its GPU.</summary>
    BestFit,

    /// <summary>On the first node, GPU and start that takes it.</summary>
    FirstFit,
}
