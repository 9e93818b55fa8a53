using Nos.Scheduling.Gpus;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Fitting;

/// <summary>What GPUs of one model can take of a pod's MIG slices. GPUs that are held and cut alike take the same: it is worked out once.</summary>
internal sealed class MigTable
{
    private readonly RequestKinds kinds;
    private readonly int[] profiles;
    private readonly MigPlace[] places;
    private readonly bool hasNarrowLimits;
    private readonly Dictionary<(ushort Held, uint Open, ulong Free), GpuChoices> known = [];

    internal MigTable(GpuModel model, RequestKinds kinds)
    {
        (Model, this.kinds, profiles) = (model, kinds, new int[kinds.Length]);
        for (var kind = 0; kind < profiles.Length; kind++)
        {
            profiles[kind] = model.IndexOf(kinds[kind].Resource.Profile!);
            OfferedKinds |= profiles[kind] < 0 ? 0 : 1u << kind;
        }

        places = [.. profiles.SelectMany((index, kind) => index < 0 ? [] : model.Profiles[index].Placements.Select(place => new MigPlace(kind, index, place)))];
        // A limit of one shows in what is open. Where another is less than go in, GPUs of like occupancy may differ in what they take, by what holds them.
        hasNarrowLimits = Array.Exists(places, place => place.Limit is > 1 and < int.MaxValue);
    }

    internal GpuModel Model { get; }

    /// <summary>The kinds that the model has a profile for, as bits.</summary>
    internal uint OfferedKinds { get; }

    /// <summary>What the GPU can take beside what is held; free slices count as room, and effort is not told.</summary>
    internal GpuChoices RoomOn(Gpu gpu) => Of(gpu, [], 0);

    /// <summary>What the GPU can take, and with what effort: free slices are reused, or destroyed for their room.</summary>
    internal GpuChoices On(Gpu gpu)
    {
        var free = gpu.Slices.Where(slice => slice is { IsFree: true, Shape.Profile: not null }).OrderBy(slice => slice.Shape.Start).ToArray();
        return Of(gpu, free, KeyOf(free));
    }

    private GpuChoices Of(Gpu gpu, Slice[] free, ulong? freeKey)
    {
        if (freeKey is null || hasNarrowLimits)
        {
            return new(kinds, new MigSearch(gpu, kinds, places, free).Efforts());
        }

        var key = (gpu.Held.Bits, gpu.Open, freeKey.Value);
        return known.TryGetValue(key, out var choices) ? choices : known[key] = new(kinds, new MigSearch(gpu, kinds, places, free).Efforts());
    }

    /// <summary>Ten bits a slice, profile and start; <see langword="null"/> where that does not say it all: too many slices, or one that goes by an alias.</summary>
    private ulong? KeyOf(Slice[] free)
    {
        var key = 0UL;
        foreach (var slice in free)
        {
            if (slice.Resource.Profile != slice.Shape.Profile!.Name || key >> 50 != 0)
            {
                return null;
            }

            key = key << 10 | (uint)((Model.IndexOf(slice.Shape.Profile.Name) << 4 | slice.Shape.Start) + 1);
        }

        return key;
    }
}
