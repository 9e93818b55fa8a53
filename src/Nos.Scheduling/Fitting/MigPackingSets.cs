using Nos.Scheduling.Gpus;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Fitting;

/// <summary>The largest sets of wanted profiles that one GPU can take beside what is held.</summary>
internal static class MigPackingSets
{
    /// <summary>Every set that no other covers. Empty where the GPU can take none of the profiles.</summary>
    /// <param name="gpu">The GPU.</param>
    /// <param name="names">The kinds, by profile name or alias.</param>
    /// <param name="wanted">The most of each kind that is of use.</param>
    internal static List<Counts> Largest(Gpu gpu, string[] names, Counts wanted)
    {
        var profiles = Array.ConvertAll(names, gpu.Model.Find);
        var places = names
            .SelectMany((_, kind) => (profiles[kind]?.Placements ?? []).Select(place => (kind, place)))
            .Where(candidate => !candidate.place.Slices.Overlaps(gpu.Held))
            .ToArray();
        var standing = gpu.Slices.Where(slice => !slice.IsFree).Select(slice => slice.Shape.Profile).OfType<MigProfile>().ToList();

        var found = new HashSet<Counts>();
        Extend(places, 0, gpu.Held, standing, new Counts(new int[names.Length]), wanted, found);
        return [.. found.Where(set => !set.IsZero && !found.Any(other => !other.Equals(set) && other.Covers(set)))];
    }

    private static void Extend(
        (int Kind, MigPlacement Place)[] places, int from, SliceMask taken, List<MigProfile> standing, Counts set, Counts wanted, HashSet<Counts> found)
    {
        found.Add(set);
        for (var index = from; index < places.Length; index++)
        {
            var (kind, place) = places[index];
            if (set[kind] < wanted[kind] && !place.Slices.Overlaps(taken) && Tolerates(standing, place.Profile))
            {
                standing.Add(place.Profile);
                Extend(places, index + 1, taken | place.Slices, standing, set.Plus(kind), wanted, found);
                standing.RemoveAt(standing.Count - 1);
            }
        }
    }

    private static bool Tolerates(List<MigProfile> standing, MigProfile profile)
    {
        var like = 0;
        foreach (var other in standing)
        {
            like += other == profile ? 1 : 0;
            if (!profile.ToleratesBeside(other))
            {
                return false;
            }
        }

        return like < profile.MaxInstances;
    }
}
