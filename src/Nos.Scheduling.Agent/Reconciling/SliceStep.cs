using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Agent.Reconciling;

/// <summary>One thing to do, or not to do, about a slice of a GPU. The three nested records are the only kinds.</summary>
internal abstract record SliceStep
{
    private SliceStep()
    {
    }

    /// <summary>Withdraw and destroy what nobody uses.</summary>
    internal sealed record Destroy(SliceShape Shape) : SliceStep;

    /// <summary>Make what is missing, at its exact place.</summary>
    internal sealed record Create(SliceGoal Goal) : SliceStep;

    /// <summary>Leave an entry of the spec undone, for now or until it is changed; <paramref name="Why"/> is a sentence for its status.</summary>
    internal sealed record Refuse(SliceGoal Goal, string Why) : SliceStep;
}
