namespace Nos.Scheduling.Agent.Simulation;

/// <summary>What goes wrong on one simulated node.</summary>
/// <param name="Create">Making slices.</param>
/// <param name="Destroy">Destroying them.</param>
/// <param name="Swaps">Whether kubelet gives pods other slices than the promised ones where it can.</param>
internal sealed record NodeFaults(StepFault Create, StepFault Destroy, bool Swaps)
{
    /// <summary>Nothing.</summary>
    public static NodeFaults None { get; } = new(StepFault.None, StepFault.None, false);
}
