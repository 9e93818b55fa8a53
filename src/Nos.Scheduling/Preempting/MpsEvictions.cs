using Nos.Scheduling.Fitting;
using Nos.Scheduling.Gpus;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Preempting;

/// <summary>What a share lacks on an MPS GPU, and what pods there would leave.</summary>
internal readonly struct MpsEvictions
{
    private readonly NodeOccupancy node;
    private readonly int at;
    private readonly bool[] mayGo;
    private readonly SliceRequest request;
    private readonly Gpu gpu;

    /// <param name="node">The node.</param>
    /// <param name="at">Where among its GPUs.</param>
    /// <param name="mayGo">By place among the node's pods, whether it may go.</param>
    /// <param name="request">The share.</param>
    internal MpsEvictions(NodeOccupancy node, int at, bool[] mayGo, SliceRequest request) =>
        (this.node, this.at, this.mayGo, this.request, gpu) = (node, at, mayGo, request, node.Node.Gpus[at]);

    /// <summary>How many GB, clients and percent have to be left; 0 or less where enough are.</summary>
    internal (long, long, long) Missing => (
        (long)request.Resource.MemoryGB + gpu.HeldGB - gpu.Model.UsableGB,
        gpu.HeldClients + 1 - MpsLimits.Clients,
        (long)gpu.HeldPercent + request.Mps.ComputePercent - MpsLimits.ComputePercent);

    /// <summary>Fills in who has to go because the driver serves one uid at a time.</summary>
    /// <returns>Whether the share could go there at all.</returns>
    internal bool Forced(List<Occupant> forced)
    {
        forced.Clear();
        if (gpu.IsLost || request.Resource.MemoryGB > gpu.Model.UsableGB)
        {
            return false;
        }

        var holders = node.HoldersOn(at);
        for (var slice = 0; slice < holders.Length; slice++)
        {
            var held = gpu.Slices[slice];
            if (held.IsFree || held.Demand.Uid == request.Mps.Uid)
            {
                continue;
            }

            if (holders[slice] is not { } holder || !mayGo[holder.Place])
            {
                return false;
            }

            if (!forced.Contains(holder))
            {
                forced.Add(holder);
            }
        }

        return true;
    }

    /// <summary>What evicting enough costs at least, if those who have to go cost so much.</summary>
    internal VictimCost Least(VictimCost forced)
    {
        if (Missing is (<= 0, <= 0, <= 0))
        {
            return forced;
        }

        var (largest, lowest, lost) = (1, int.MaxValue, long.MaxValue);
        var holders = node.HoldersOn(at);
        for (var slice = 0; slice < holders.Length; slice++)
        {
            if (holders[slice] is { } holder && mayGo[holder.Place])
            {
                (largest, lowest, lost) = (Math.Max(largest, LeftBy(holder).Item1 is var gb && gb < int.MaxValue ? (int)gb : int.MaxValue), Math.Min(lowest, holder.Priority), Math.Min(lost, holder.LostTicks));
            }
        }

        var count = Math.Max(forced.Count, Math.Max(1, (int)((Missing.Item1 + largest - 1) / largest)));
        return lowest == int.MaxValue ? forced : new VictimCost(0, Math.Max(forced.Priority, lowest), count, Math.Max(forced.LostTicks, lost));
    }

    /// <summary>How many GB, clients and percent a pod leaves.</summary>
    internal (long, long, long) LeftBy(Occupant pod)
    {
        var (gb, clients, percent) = (0L, 0L, 0L);
        var holders = node.HoldersOn(at);
        for (var slice = 0; slice < holders.Length; slice++)
        {
            if (ReferenceEquals(holders[slice], pod))
            {
                var held = gpu.Slices[slice];
                (gb, clients, percent) = (gb + held.Shape.MemoryGB, clients + 1, percent + held.Demand.ComputePercent);
            }
        }

        return (gb, clients, percent);
    }
}
