namespace Nos.Scheduling.Agent.Reconciling;

/// <summary>What speaks for keeping a slice that the spec does not list.</summary>
internal enum SliceTie
{
    /// <summary>Nothing: a spec has listed it before, or we made it. It goes when the spec drops it.</summary>
    Listed,

    /// <summary>It was found, free, and no spec has ever listed it: kept until its room is needed, or until the spec says that there be none.</summary>
    Found,

    /// <summary>Somebody uses it, or may: never destroyed.</summary>
    InUse,
}
