using System.Collections.Immutable;
using Nos.Scheduling.Gpus;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Fitting;

/// <summary>Decides whether several MPS shares go onto a node at once. Exact: every way is tried, like ways once.</summary>
internal static class MpsPacking
{
    /// <summary><see cref="Misfit.None"/>, or the reason of a share that is left over.</summary>
    internal static Misfit Check(ImmutableArray<Gpu> gpus, IReadOnlyList<SliceRequest> requests)
    {
        var rooms = gpus.Where(gpu => !gpu.IsLost)
            .Select(gpu => new Room(gpu.Model.UsableGB - gpu.HeldGB, MpsLimits.Clients - gpu.HeldClients, MpsLimits.ComputePercent - gpu.HeldPercent, gpu.HeldUid, gpu.HeldClients > 0))
            .ToArray();
        var largestFirst = requests.OrderByDescending(request => request.Resource.MemoryGB).ThenByDescending(request => request.Mps.ComputePercent)
            .ThenBy(request => request.Mps.Uid).ToArray();
        return Place(rooms, largestFirst, 0, []) ? Misfit.None : Misfit.NotEnoughGpuMemory;
    }

    private static bool Place(Room[] rooms, SliceRequest[] requests, int next, HashSet<string> failed)
    {
        if (next == requests.Length)
        {
            return true;
        }

        var state = $"{next}:{string.Join('|', rooms.Order())}";
        if (failed.Contains(state))
        {
            return false;
        }

        foreach (var index in Enumerable.Range(0, rooms.Length).DistinctBy(index => rooms[index]))
        {
            var room = rooms[index];
            if (room.Takes(requests[next]))
            {
                rooms[index] = room.After(requests[next]);
                if (Place(rooms, requests, next + 1, failed))
                {
                    return true;
                }

                rooms[index] = room;
            }
        }

        failed.Add(state);
        return false;
    }

    /// <summary>What is left on one GPU.</summary>
    private readonly record struct Room(int GB, int Clients, int Percent, long? Uid, bool HasClients) : IComparable<Room>
    {
        internal bool Takes(SliceRequest request) =>
            request.Resource.MemoryGB <= GB && Clients > 0 && request.Mps.ComputePercent <= Percent && (!HasClients || Uid == request.Mps.Uid);

        internal Room After(SliceRequest request) =>
            new(GB - request.Resource.MemoryGB, Clients - 1, Percent - request.Mps.ComputePercent, request.Mps.Uid, true);

        public int CompareTo(Room other) => (GB, Clients, Percent, Uid ?? -1, HasClients).CompareTo((other.GB, other.Clients, other.Percent, other.Uid ?? -1, other.HasClients));
    }
}
