using System.Runtime.CompilerServices;

namespace Nos.Scheduling.Sharing;

/// <summary>What is left of a node. A value: a copy may be filled at will.</summary>
internal struct ShareRoom
{
    private Millis free;

    internal ShareRoom(ShareNode node)
    {
        (CpuMilli, MemoryMiB, Model, Gpus) = (node.CpuMilli, node.MemoryMiB, node.Model, node.Gpus);
        ((Span<ushort>)free)[..Gpus].Fill(ShareNode.WholeMilli);
    }

    /// <summary>Unit: millicores.</summary>
    internal int CpuMilli { get; private set; }

    /// <summary>Unit: MiB.</summary>
    internal int MemoryMiB { get; private set; }

    /// <summary>The model's bit.</summary>
    internal int Model { get; }

    /// <summary>How many GPUs the node has.</summary>
    internal int Gpus { get; }

    /// <summary>Unit: thousandths of a GPU, all GPUs together.</summary>
    internal readonly int FreeMilli
    {
        get
        {
            var sum = 0;
            for (var gpu = 0; gpu < Gpus; gpu++)
            {
                sum += free[gpu];
            }

            return sum;
        }
    }

    /// <summary>How many GPUs nobody has any of.</summary>
    internal readonly int WholeGpus
    {
        get
        {
            var whole = 0;
            for (var gpu = 0; gpu < Gpus; gpu++)
            {
                whole += free[gpu] == ShareNode.WholeMilli ? 1 : 0;
            }

            return whole;
        }
    }

    /// <summary>Unit: thousandths that are left of that GPU.</summary>
    internal readonly int FreeOf(int gpu) => free[gpu];

    /// <summary>Whether the pod goes in.</summary>
    internal readonly bool Holds(in ShareDemand demand) =>
        demand.CpuMilli <= CpuMilli && demand.MemoryMiB <= MemoryMiB
        && (demand.Gpus == 0 || ((demand.Models == 0 || (demand.Models >> Model & 1) == 1) && (demand.Gpus == 1 ? TightestFor(demand.GpuMilli) >= 0 : WholeGpus >= demand.Gpus)));

    /// <summary>The GPU with the least left that has so much, the lowest index among equals; -1 where none has.</summary>
    internal readonly int TightestFor(int milli)
    {
        var (best, least) = (-1, ShareNode.WholeMilli + 1);
        for (var gpu = 0; gpu < Gpus; gpu++)
        {
            if (free[gpu] >= milli && free[gpu] < least)
            {
                (best, least) = (gpu, free[gpu]);
            }
        }

        return best;
    }

    /// <summary>Takes what the pod asks for; for one GPU from that GPU, for several from the first that are whole.</summary>
    internal void Take(in ShareDemand demand, int gpu)
    {
        CpuMilli -= demand.CpuMilli;
        MemoryMiB -= demand.MemoryMiB;
        if (demand.Gpus == 1)
        {
            free[gpu] -= (ushort)demand.GpuMilli;
            return;
        }

        for (var (index, left) = (0, demand.Gpus); left > 0; index++)
        {
            if (free[index] == ShareNode.WholeMilli)
            {
                (free[index], left) = (0, left - 1);
            }
        }
    }

    /// <summary>The state without what tells like GPUs apart.</summary>
    internal readonly RoomKey Key()
    {
        var sorted = free;
        var span = ((Span<ushort>)sorted)[..Gpus];
        span.Sort();
        Span<ulong> packed = [0, 0, 0];
        for (var gpu = 0; gpu < Gpus; gpu++)
        {
            packed[gpu / 6] |= (ulong)span[gpu] << (gpu % 6 * 10);
        }

        return new RoomKey(CpuMilli, MemoryMiB, (Model << 8) | Gpus, packed[0], packed[1], packed[2]);
    }

    [InlineArray(ShareNode.MostGpus)]
    private struct Millis
    {
        private ushort first;
    }
}
