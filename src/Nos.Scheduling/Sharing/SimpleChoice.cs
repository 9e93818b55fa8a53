using Nos.Scheduling.Fitting;

namespace Nos.Scheduling.Sharing;

/// <summary>The policies for comparison: first-fit takes the first node and GPU, best-fit the node with the least free GPU, then cpu, and its tightest GPU.</summary>
internal static class SimpleChoice
{
    /// <summary>The node, or -1, and for a pod with one GPU which.</summary>
    internal static (int Node, int Gpu) Choose(in ShareDemand demand, ReadOnlySpan<ShareRoom> rooms, PlacementPolicy policy)
    {
        var (best, least) = (-1, (Gpu: int.MaxValue, Cpu: int.MaxValue));
        for (var node = 0; node < rooms.Length; node++)
        {
            ref readonly var room = ref rooms[node];
            if (!room.Holds(demand))
            {
                continue;
            }

            if (policy == PlacementPolicy.FirstFit)
            {
                return (node, First(demand, room));
            }

            var left = (room.FreeMilli, room.CpuMilli);
            if (left.CompareTo(least) < 0)
            {
                (best, least) = (node, left);
            }
        }

        return best < 0 ? (-1, 0) : (best, demand.Gpus == 1 ? rooms[best].TightestFor(demand.GpuMilli) : 0);
    }

    private static int First(in ShareDemand demand, in ShareRoom room)
    {
        for (var gpu = 0; demand.Gpus == 1 && gpu < room.Gpus; gpu++)
        {
            if (room.FreeOf(gpu) >= demand.GpuMilli)
            {
                return gpu;
            }
        }

        return 0;
    }
}
