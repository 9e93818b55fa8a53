namespace Nos.Scheduling.Server.Controllers;

/// <summary>What has to be done about one node's GpuNode.</summary>
internal enum GpuNodeStep
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The node is labelled and has none: create it.</summary>
    Create,

    /// <summary>Its mode is not the label's, and nothing of another mode is there: change it.</summary>
    ChangeMode,

    /// <summary>The agent has reported for the first time: write down what it found.</summary>
    Adopt,

    /// <summary>The label is gone, or of another mode: want only what pods have or wait for, so that the agent removes the rest.</summary>
    Empty,

    /// <summary>It keeps slices for pods that have given them up: write down that it does not.</summary>
    Disown,

    /// <summary>The label or the node is gone and no slice of ours is left: delete it.</summary>
    Delete,
}
