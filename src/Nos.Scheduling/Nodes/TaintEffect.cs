namespace Nos.Scheduling.Nodes;

/// <summary>What a taint does to pods that do not tolerate it.</summary>
public enum TaintEffect
{
    /// <summary>New ones are kept off the node.</summary>
    NoSchedule,

    /// <summary>New ones are kept off where there is a choice: no obstacle.</summary>
    PreferNoSchedule,

    /// <summary>New ones are kept off, and those that run there are evicted.</summary>
    NoExecute,
}
