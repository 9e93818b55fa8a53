using Nos.Scheduling.Gpus;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Fitting;

/// <summary>Decides whether all slices of a pod that asks for several go onto a node at once. Made per question, not shared between threads.</summary>
internal sealed class PodPacking
{
    private readonly PodDemand demand;
    private readonly bool asksForMig;
    private readonly bool asksForBoth;
    private readonly MpsPacking mps;

    /// <param name="demand">A pod with slices.</param>
    internal PodPacking(PodDemand demand)
    {
        (this.demand, Kinds) = (demand, new RequestKinds(demand.Slices));
        (asksForMig, asksForBoth) = (Kinds[0].Resource.IsMig, Enumerable.Range(1, Kinds.Length - 1).Any(kind => Kinds[kind].Resource.IsMig != Kinds[0].Resource.IsMig));
        (Mig, mps) = (new MigTables(Kinds), new MpsPacking(Kinds));
    }

    /// <summary>The unlike slices.</summary>
    internal RequestKinds Kinds { get; }

    /// <summary>What GPUs take of them, where they are MIG.</summary>
    internal MigTables Mig { get; }

    /// <summary>Why they do not go, or <see cref="Misfit.None"/>.</summary>
    internal Misfit Check(Node node) =>
        (node.Mode == PartitioningMode.Mig) != asksForMig || asksForBoth ? Misfit.ProfileNotOffered
        : !Kinds.AreFew ? IsHopeless(node) ? asksForMig ? Misfit.NoOpenPlacement : Misfit.ClientLimit : SliceBySlice.Check(node, demand)
        : asksForMig ? MigPacking.Check(node, Mig)
        : mps.Check(node);

    /// <summary>Whether there are more slices than the GPUs could hold of the smallest: for pods that name thousands, told without trying.</summary>
    private bool IsHopeless(Node node)
    {
        var most = 0;
        foreach (var gpu in node.Gpus.AsSpan())
        {
            most += asksForMig ? gpu.Model.MemorySlices - gpu.Held.Count : MpsLimits.Clients - gpu.HeldClients;
        }

        return demand.Slices.Count > most;
    }
}
