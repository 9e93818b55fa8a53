using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Agent.Reconciling;

/// <summary>One thing to do, or not to do, about a slice of a GPU. The three nested records are the only kinds.</summary>
internal abstract record SliceStep
{
    private SliceStep(SliceShape shape, string? ownerUid) => (Shape, OwnerUid) = (shape, ownerUid);

    /// <summary>What it is about.</summary>
    public SliceShape Shape { get; }

    /// <summary>The uid of the pod that the slice is made for; <see langword="null"/> where it is for none, or on its way out.</summary>
    public string? OwnerUid { get; }

    /// <summary>What it is about, on that GPU.</summary>
    public SlicePlace PlaceOn(int gpu) => new(gpu, Shape);

    /// <summary>Withdraw and destroy what nobody uses.</summary>
    internal sealed record Destroy(SliceShape Leftover) : SliceStep(Leftover, null);

    /// <summary>Make what is missing, at its exact place.</summary>
    internal sealed record Create(SliceGoal Goal) : SliceStep(Goal.Shape, Goal.OwnerUid);

    /// <summary>Leave an entry of the spec undone for as long as things stand as they do; <paramref name="Why"/> is a sentence for its status.</summary>
    internal sealed record Refuse(SliceGoal Goal, string Why) : SliceStep(Goal.Shape, Goal.OwnerUid);
}
