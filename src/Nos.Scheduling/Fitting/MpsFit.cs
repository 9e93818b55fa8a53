using Nos.Scheduling.Gpus;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Fitting;

/// <summary>Decides whether one MPS share goes onto a node or a GPU.</summary>
internal static class MpsFit
{
    /// <summary>Why no GPU takes the share; of several reasons that of the GPU which came closest.</summary>
    internal static Misfit Check(Node node, SliceRequest request)
    {
        if (node.Mode != PartitioningMode.Mps)
        {
            return Misfit.ProfileNotOffered;
        }

        var closest = Misfit.ProfileNotOffered;
        foreach (var gpu in node.Gpus.AsSpan())
        {
            var misfit = Check(gpu, request);
            if (misfit == Misfit.None)
            {
                return Misfit.None;
            }

            closest = Closeness(misfit) > Closeness(closest) ? misfit : closest;
        }

        return closest;
    }

    /// <summary>Why this GPU does not take the share. A share larger than the GPU is <see cref="Misfit.ProfileNotOffered"/>: no eviction makes it larger.</summary>
    internal static Misfit Check(Gpu gpu, SliceRequest request) =>
        gpu.IsLost || request.Resource.MemoryGB > gpu.Model.UsableGB ? Misfit.ProfileNotOffered
        : request.Resource.MemoryGB > gpu.Model.UsableGB - gpu.HeldGB ? Misfit.NotEnoughGpuMemory
        : gpu.HeldClients >= MpsLimits.Clients ? Misfit.ClientLimit
        : request.Mps.ComputePercent > MpsLimits.ComputePercent - gpu.HeldPercent ? Misfit.NotEnoughGpuCompute
        : !gpu.Serves(request.Mps.Uid) ? Misfit.UidConflict
        : Misfit.None;

    private static int Closeness(Misfit misfit) => misfit switch
    {
        Misfit.ProfileNotOffered => 0,
        Misfit.NotEnoughGpuMemory => 1,
        Misfit.ClientLimit => 2,
        Misfit.NotEnoughGpuCompute => 3,
        _ => 4,
    };
}
