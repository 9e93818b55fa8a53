using Nos.Scheduling.Gpus;
using Nos.Scheduling.Nodes;
using Nos.Scheduling.Pricing;

namespace Nos.Scheduling.Fitting;

/// <summary>By what MIG placements are compared: the policy, and for <see cref="PlacementPolicy.Fragmentation"/> what free room is worth.</summary>
/// <param name="Policy">The policy.</param>
/// <param name="Prices">What was learned; <see langword="null"/> before that.</param>
internal readonly record struct PlacementRule(PlacementPolicy Policy, SlicePrices? Prices)
{
    /// <summary>
    /// Unit: shares of a GPU. What each slice fewer on the GPU counts against it: a GPU with few slices will sooner be empty again, and one more
    /// would delay that.
    /// </summary>
    private const double Solitude = 0.00625;

    private const int ManySlices = 16;

    /// <summary>What a placement takes from the pods to come; 0 or more.</summary>
    internal double Loss(Gpu gpu, SliceMask placed) => Policy switch
    {
        PlacementPolicy.Fragmentation => WorthsOf(gpu.Model).Loss(gpu.Held, placed) + (Solitude * Math.Max(0, ManySlices - gpu.HeldClients)),
        PlacementPolicy.BestFit => gpu.Model.MemorySlices - (gpu.Held | placed).Count,
        _ => 0,
    };

    /// <summary>
    /// Unit: shares of a GPU. How much more of the node's free GPU room nobody could use for want of cpu or memory, if pods go on asking as they did;
    /// negative where the pod asks for less than usual.
    /// </summary>
    /// <param name="node">The node.</param>
    /// <param name="room">What the pod asks of cpu and memory.</param>
    /// <param name="slices">Unit: shares of a GPU; what it asks of GPUs.</param>
    internal double Stranded(Node node, NodeRoom room, double slices)
    {
        if (Policy != PlacementPolicy.Fragmentation || Prices is not { RoomPerGpu: { CpuMilli: > 0 } or { MemoryBytes: > 0 } })
        {
            return 0;
        }

        var free = 0.0;
        foreach (var gpu in node.Gpus.AsSpan())
        {
            free += gpu.IsLost || gpu.Model.MemorySlices == 0 ? 0 : 1 - ((double)gpu.Held.Count / gpu.Model.MemorySlices);
        }

        return Unusable(free - slices, node.Room - room) - Unusable(free, node.Room);
    }

    private GpuWorths WorthsOf(GpuModel model) => Prices is null ? model.StartingWorths : Prices.WorthsOf(model);

    private double Unusable(double free, NodeRoom room)
    {
        var perGpu = Prices!.RoomPerGpu;
        var usable = Math.Min(
            perGpu.CpuMilli > 0 ? (double)room.CpuMilli / perGpu.CpuMilli : double.MaxValue,
            perGpu.MemoryBytes > 0 ? (double)room.MemoryBytes / perGpu.MemoryBytes : double.MaxValue);
        return Math.Max(0, free - Math.Max(0, usable));
    }
}
