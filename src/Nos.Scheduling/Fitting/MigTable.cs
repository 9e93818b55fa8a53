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
    internal GpuChoices RoomOn(Gpu gpu) => hasNarrowLimits ? Search(gpu, mindFree: false) : Of(gpu, 0);

    /// <summary>What the GPU can take, and with what effort: free slices are reused, or destroyed for their room.</summary>
    internal GpuChoices On(Gpu gpu) => hasNarrowLimits || KeyOf(gpu) is not { } free ? Search(gpu, mindFree: true) : Of(gpu, free);

    private GpuChoices Of(Gpu gpu, ulong free)
    {
        var key = (gpu.Held.Bits, gpu.Open, free);
        return known.TryGetValue(key, out var choices) ? choices : known[key] = Search(gpu, free != 0);
    }

    private GpuChoices Search(Gpu gpu, bool mindFree) => new(kinds, new MigSearch(gpu, kinds, places, mindFree
        ? [.. gpu.Slices.Where(slice => slice is { IsFree: true, Shape.Profile: not null }).OrderBy(slice => slice.Shape.Start)]
        : []).Efforts());

    /// <summary>The free slices, a bit for each place of the model; <see langword="null"/> where bits do not say it all: one goes by an alias.</summary>
    private ulong? KeyOf(Gpu gpu)
    {
        var key = 0UL;
        for (var index = 0; gpu.Present != gpu.Held && index < gpu.Slices.Count; index++)
        {
            if (gpu.Slices[index] is { IsFree: true, Shape: { Profile: { } profile, Start: var start } } slice)
            {
                var place = Model.PlaceOf(profile, start);
                if (place is < 0 or > 63 || slice.Resource.Profile != profile.Name)
                {
                    return null;
                }

                key |= 1UL << place;
            }
        }

        return key;
    }
}
