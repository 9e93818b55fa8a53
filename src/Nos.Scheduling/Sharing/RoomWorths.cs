namespace Nos.Scheduling.Sharing;

/// <summary>What is left of a node is worth as much GPU as typical pods would use of it: each fixed sequence is played into it, best-fit, and the mean counts.</summary>
/// <param name="fillings">The sequences.</param>
internal sealed class RoomWorths(TypicalFillings fillings)
{
    private readonly Dictionary<RoomKey, float> known = [];

    /// <summary>Unit: thousandths of a GPU.</summary>
    internal float Of(in ShareRoom room)
    {
        var key = room.Key();
        if (!known.TryGetValue(key, out var worth))
        {
            known[key] = worth = Play(room);
        }

        return worth;
    }

    /// <summary>The sequences have changed.</summary>
    internal void Forget() => known.Clear();

    private float Play(in ShareRoom room)
    {
        var sequences = fillings.For(room.Model);
        var (free, used) = (room.FreeMilli, 0);
        for (var from = 0; free > 0 && from < sequences.Length; from += TypicalFillings.Length)
        {
            used += PlayOne(room, free, sequences.Slice(from, TypicalFillings.Length));
        }

        return (float)used / TypicalFillings.Sequences;
    }

    private int PlayOne(ShareRoom room, int free, ReadOnlySpan<ShareDemand> sequence)
    {
        var (left, leastCpu, whole) = (free, fillings.LeastCpu(room.Model), room.WholeGpus);
        foreach (ref readonly var demand in sequence)
        {
            if (demand.CpuMilli > room.CpuMilli || demand.MemoryMiB > room.MemoryMiB || (demand.Gpus > 1 && demand.Gpus > whole))
            {
                continue;
            }

            var gpu = demand.Gpus == 1 ? room.TightestFor(demand.GpuMilli) : 0;
            if (gpu < 0)
            {
                continue;
            }

            whole -= demand.Gpus > 1 ? demand.Gpus : room.FreeOf(gpu) == ShareNode.WholeMilli ? 1 : 0;
            room.Take(demand, gpu);
            left -= demand.TotalMilli;
            if (left == 0 || room.CpuMilli < leastCpu)
            {
                break;
            }
        }

        return free - left;
    }
}
