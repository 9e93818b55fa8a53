using System.Collections.Concurrent;
using System.Collections.Frozen;
using Nos.Scheduling.Gpus;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Pricing;

/// <summary>What one more place for a slice of each shape is worth at one moment, and so what any GPU's free room is worth. Immutable.</summary>
/// <remarks>Tables are worked out when a model is first asked for, and remembered; that changes no answer. Safe for concurrent readers.</remarks>
/// <param name="byShape">Unit: shares of one GPU; key: a shape as <see cref="GpuLattice.Shapes"/> names it. A shape that is not there has its starting price.</param>
/// <param name="roomPerGpu">What pods ask of cpu and memory beside slices that add up to one GPU; 0 where they ask for none or nothing is known.</param>
public sealed class SlicePrices(IReadOnlyDictionary<string, double> byShape, NodeRoom roomPerGpu)
{
    private readonly FrozenDictionary<string, double> byShape = byShape.ToFrozenDictionary(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<GpuModel, GpuWorths> worths = new();

    /// <summary>What pods ask of cpu and memory beside slices that add up to one GPU; 0 where they ask for none or nothing is known.</summary>
    public NodeRoom RoomPerGpu { get; } = roomPerGpu;

    /// <summary>What the free room of such GPUs is worth.</summary>
    public GpuWorths WorthsOf(GpuModel model) => worths.TryGetValue(model, out var known) ? known : worths.GetOrAdd(model, Table(model));

    private GpuWorths Table(GpuModel model)
    {
        var lattice = model.Lattice;
        var prices = GpuWorths.StartingPrices(lattice);
        for (var shape = 0; shape < prices.Length; shape++)
        {
            prices[shape] = byShape.TryGetValue(lattice.Shapes[shape], out var price) ? Math.Min(price, lattice.Sizes[shape]) : prices[shape];
        }

        return new GpuWorths(lattice, prices);
    }
}
