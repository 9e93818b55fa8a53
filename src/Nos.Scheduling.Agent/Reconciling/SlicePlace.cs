using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Agent.Reconciling;

/// <summary>A slice of one node, by what it is and where: two slices of one node never share it, and it comes again when a slice is made anew.</summary>
/// <param name="Gpu">NVML's index of the GPU.</param>
/// <param name="Shape">What it takes of that GPU.</param>
internal readonly record struct SlicePlace(int Gpu, SliceShape Shape)
{
    /// <summary>The id that an agent gives a slice nobody has named.</summary>
    public string Id => Shape.IdOn(Gpu);

    /// <inheritdoc/>
    public override string ToString() => Id;
}
