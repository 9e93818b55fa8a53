namespace Nos.Scheduling.Server.Options;

/// <summary>Which of the feasible places is best. The last two are there for comparison.</summary>
internal enum PlacementPolicy
{
    /// <summary>The place that destroys the least capacity for pods to come.</summary>
    Fragmentation,

    /// <summary>The fullest GPU.</summary>
    BestFit,

    /// <summary>The first node and GPU in order.</summary>
    FirstFit,
}
