using Nos.Scheduling.Gpus;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Fitting;

/// <summary>Decides of one pod which nodes could take its slices, re-cutting only what is nobody's.</summary>
/// <remarks>
/// A pod with one slice, which nearly all are, costs one mask test a GPU and allocates nothing. Made per question, not shared
/// between threads: it remembers the last model's bit, and of a pod with several what GPUs can take of them.
/// </remarks>
/// <param name="demand">What the pod needs.</param>
public struct NodeFilter(PodDemand demand)
{
    private GpuModel? lastModel;
    private uint lastBit;
    private PodPacking? packing;

    /// <summary>Whether the pod asks for any slice; one that does not goes anywhere.</summary>
    public readonly bool IsNeeded => demand.AsksForSlices;

    /// <summary>What is worked out for a pod with several slices.</summary>
    internal PodPacking Packing => packing ??= new PodPacking(demand);

    /// <summary>Why the pod's slices do not go onto the node, or <see cref="Misfit.None"/>. A pod without slices goes anywhere.</summary>
    public Misfit Check(Node node)
    {
        if (!demand.AsksForSlices)
        {
            return Misfit.None;
        }

        if (node.Obstacle != Misfit.None)
        {
            return node.Obstacle;
        }

        if (demand.Slices.Count > 1)
        {
            return Packing.Check(node);
        }

        var single = demand.Slices[0];
        return single.Resource.IsMig ? CheckMig(node, single.Resource.Profile!) : MpsFit.Check(node, single);
    }

    private Misfit CheckMig(Node node, string profile)
    {
        if (node.Mode != PartitioningMode.Mig)
        {
            return Misfit.ProfileNotOffered;
        }

        var offered = false;
        foreach (var gpu in node.Gpus.AsSpan())
        {
            if (!ReferenceEquals(gpu.Model, lastModel))
            {
                (lastModel, lastBit) = (gpu.Model, gpu.Model.BitOf(profile));
            }

            if ((gpu.Open & lastBit) != 0)
            {
                return Misfit.None;
            }

            offered |= lastBit != 0;
        }

        return offered ? Misfit.NoOpenPlacement : Misfit.ProfileNotOffered;
    }
}
