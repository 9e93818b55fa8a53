using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Fitting;

/// <summary>Decides whether several MIG slices can exist on a node at once, beside what is held. Exact: a no means that no way exists.</summary>
internal static class MigPacking
{
    /// <summary>Why the requests do not go onto a MIG node. That one of them has no place at all, ever, is told before that it has none now.</summary>
    internal static Misfit Check(Node node, MigTables tables)
    {
        if (tables.Kinds.FitInBits ? HoldsInBits(node, tables) : Holds(node, tables))
        {
            return Misfit.None;
        }

        var offered = 0u;
        foreach (var gpu in node.Gpus.AsSpan())
        {
            offered |= tables.Of(gpu.Model).OfferedKinds;
        }

        return offered == (1u << tables.Kinds.Length) - 1 ? Misfit.NoOpenPlacement : Misfit.ProfileNotOffered;
    }

    /// <summary>GPU by GPU, all rests there may be at once. Allocates nothing for what was met before.</summary>
    private static bool HoldsInBits(Node node, MigTables tables)
    {
        var left = 1UL << tables.Kinds.Everything;
        foreach (var gpu in node.Gpus.AsSpan())
        {
            left = gpu.Open == 0 ? left : tables.Of(gpu.Model).RoomOn(gpu).Leave(left);
            if ((left & 1) != 0)
            {
                return true;
            }
        }

        return false;
    }

    private static bool Holds(Node node, MigTables tables) => NodeChoices.Hold(
        tables.Kinds, [.. node.Gpus.Where(gpu => gpu.Open != 0).Select(gpu => tables.Of(gpu.Model).RoomOn(gpu))]);
}
