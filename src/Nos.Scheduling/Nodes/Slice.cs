using Nos.Scheduling.Gpus;

namespace Nos.Scheduling.Nodes;

/// <summary>A slice that exists or is wanted, as decisions see it.</summary>
/// <param name="Shape">What it takes of its GPU.</param>
/// <param name="Resource">The one name it is advertised under.</param>
/// <param name="Hold">Whether it may be given away.</param>
/// <param name="OwnerUid">The uid of the pod that holds it; <see langword="null"/> where it is free or its holder is unknown.</param>
/// <param name="Demand">What the holder asks of an MPS GPU beside memory; the default where it is free or MIG.</param>
public sealed record Slice(SliceShape Shape, SliceResource Resource, SliceHold Hold, string? OwnerUid = null, MpsDemand Demand = default)
{
    /// <summary>Whether it is nobody's.</summary>
    public bool IsFree => Hold == SliceHold.Free;
}
