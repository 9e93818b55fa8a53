using Nos.Scheduling.Gpus;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Preempting;

/// <summary>The places that a profile could have on a GPU if the right pods went, and who would have to go for each.</summary>
internal readonly struct MigEvictions
{
    private readonly NodeOccupancy node;
    private readonly int at;
    private readonly bool[] mayGo;
    private readonly Gpu gpu;
    private readonly MigProfile? profile;
    private readonly SliceMask blocked;

    /// <param name="node">The node.</param>
    /// <param name="at">Where among its GPUs.</param>
    /// <param name="mayGo">By place among the node's pods, whether it may go.</param>
    /// <param name="name">The profile.</param>
    internal MigEvictions(NodeOccupancy node, int at, bool[] mayGo, string name)
    {
        (this.node, this.at, this.mayGo, gpu) = (node, at, mayGo, node.Node.Gpus[at]);
        profile = gpu.IsLost ? null : gpu.Model.Find(name);
        var holders = node.HoldersOn(at);
        for (var slice = 0; slice < holders.Length && profile is not null; slice++)
        {
            var held = gpu.Slices[slice];
            if (!held.IsFree && !(holders[slice] is { } holder && mayGo[holder.Place]))
            {
                blocked |= held.Shape.Mask;
                profile = held.Shape.Profile is { } other && !profile.ToleratesBeside(other) ? null : profile;
            }
        }
    }

    /// <summary>The next start that can be had, with who has to go for it; -1 where there is none left.</summary>
    /// <param name="start">Where to go on from.</param>
    /// <param name="forced">Filled with those who hold what is in the way: its room, or beside it.</param>
    /// <param name="tooMany">How many like instances more have to go, as the model allows only so many; 0 or less where none.</param>
    internal int Next(int start, List<Occupant> forced, out int tooMany)
    {
        tooMany = 0;
        for (start++; profile is not null && start < SliceMask.Capacity; start++)
        {
            if (profile.Starts.Contains(start) && !SliceMask.Run(start, profile.MemorySlices).Overlaps(blocked))
            {
                tooMany = Gather(SliceMask.Run(start, profile.MemorySlices), forced) + 1 - profile.MaxInstances;
                return start;
            }
        }

        return -1;
    }

    /// <summary>How many like instances a pod leaves on the GPU.</summary>
    internal (long, long, long) Like(Occupant pod)
    {
        var holders = node.HoldersOn(at);
        var like = 0L;
        for (var slice = 0; slice < holders.Length; slice++)
        {
            like += ReferenceEquals(holders[slice], pod) && gpu.Slices[slice].Shape.Profile == profile ? 1 : 0;
        }

        return (like, 0, 0);
    }

    /// <summary>Fills in who is in the way; says how many like instances are held, by whomsoever.</summary>
    private int Gather(SliceMask room, List<Occupant> forced)
    {
        forced.Clear();
        var holders = node.HoldersOn(at);
        var like = 0;
        for (var slice = 0; slice < holders.Length; slice++)
        {
            var held = gpu.Slices[slice];
            if (held.IsFree)
            {
                continue;
            }

            like += held.Shape.Profile == profile ? 1 : 0;
            var isInTheWay = held.Shape.Mask.Overlaps(room) || (held.Shape.Profile is { } other && !profile!.ToleratesBeside(other));
            if (isInTheWay && holders[slice] is { } holder && !forced.Contains(holder))
            {
                forced.Add(holder);
            }
        }

        return like;
    }
}
