using Nos.Scheduling.Gpus;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Fitting;

/// <summary>Where one of a pod's slices goes.</summary>
/// <param name="Gpu">The GPU's index.</param>
/// <param name="Shape">The slice.</param>
/// <param name="Resource">The resource as asked for, which the slice is advertised under.</param>
/// <param name="Mps">What is asked of an MPS GPU beside memory.</param>
/// <param name="IsReuse">Whether a free slice is taken over; else one is cut.</param>
/// <param name="Destroyed">The free slices on that GPU that go for it.</param>
public sealed record PlacedSlice(int Gpu, SliceShape Shape, SliceResource Resource, MpsDemand Mps, bool IsReuse, IReadOnlyList<SliceShape> Destroyed)
{
    /// <summary>The slice's id, <c>0-1g.10gb-3</c>.</summary>
    public string Id => Shape.IdOn(Gpu);
}
