using Nos.Scheduling.Gpus;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Fitting;

/// <summary>Goes through every way to put some of a pod's slices onto one GPU.</summary>
/// <param name="gpu">The GPU, with what is held.</param>
/// <param name="kinds">What is asked for.</param>
/// <param name="places">Where it may go on an empty GPU.</param>
/// <param name="free">The free slices that are there to be reused or destroyed.</param>
internal sealed class MigSearch(Gpu gpu, RequestKinds kinds, MigPlace[] places, Slice[] free)
{
    private readonly Effort[] efforts = new Effort[kinds.Choices];
    private readonly int[] placed = new int[gpu.Model.Profiles.Count];
    private readonly uint[] displaced = new uint[places.Length];
    private readonly uint[] reused = new uint[places.Length];
    private readonly int[] freeProfiles = Array.ConvertAll(free, slice => gpu.Model.IndexOf(slice.Shape.Profile!.Name));

    /// <summary>By choice, the least effort.</summary>
    internal Effort[] Efforts()
    {
        Array.Fill(efforts, Effort.Impossible);
        foreach (var slice in gpu.Slices)
        {
            if (!slice.IsFree && slice.Shape.Profile is { } profile && gpu.Model.IndexOf(profile.Name) is >= 0 and var index)
            {
                placed[index]++;
            }
        }

        for (var place = 0; place < places.Length; place++)
        {
            for (var slice = 0; slice < free.Length; slice++)
            {
                var (bit, shape) = (1u << slice, free[slice].Shape);
                if (shape.Start == places[place].Placement.Start && shape.Profile == places[place].Placement.Profile
                    && free[slice].Resource == kinds[places[place].Kind].Resource)
                {
                    (displaced[place], reused[place]) = (0, bit);
                    break;
                }

                displaced[place] |= Candidates.MustGo(free[slice], places[place].Placement) ? bit : 0;
            }
        }

        Extend(0, gpu.Held, 0, new Way());
        return efforts;
    }

    private void Extend(int from, SliceMask taken, uint engines, Way way)
    {
        var effort = EffortOf(way);
        efforts[way.Choice] = effort.CompareTo(efforts[way.Choice]) < 0 ? effort : efforts[way.Choice];
        for (var index = from; index < places.Length; index++)
        {
            ref readonly var place = ref places[index];
            if (place.Mask.Overlaps(taken) || (place.Intolerable & engines) != 0 || (gpu.Open >> place.Profile & 1) == 0
                || kinds.In(way.Choice, place.Kind) == kinds.CountOf(place.Kind) || placed[place.Profile] >= place.Limit)
            {
                continue;
            }

            placed[place.Profile]++;
            Extend(index + 1, taken | place.Mask, engines | place.Engines, new Way(
                way.Choice + kinds.StepOf(place.Kind), way.Cuts + (reused[index] == 0 ? 1 : 0), way.Displaced | displaced[index], way.Reused | reused[index]));
            placed[place.Profile]--;
        }
    }

    private Effort EffortOf(Way way)
    {
        if (way.Cuts == 0 || free.Length == 0)
        {
            return Effort.Of(way.Cuts, 0, 0);
        }

        var (count, size) = (0, 0);
        Span<int> standing = stackalloc int[placed.Length];
        placed.CopyTo(standing);
        for (var slice = 0; slice < free.Length; slice++)
        {
            var profile = free[slice].Shape.Profile!;
            if ((way.Displaced >> slice & 1) != 0 || ((way.Reused >> slice & 1) == 0 && ++standing[freeProfiles[slice]] > profile.MaxInstances))
            {
                (count, size) = (count + 1, size + profile.MemorySlices);
            }
        }

        return Effort.Of(way.Cuts, count, size);
    }

    /// <summary>What is placed so far; free slices as bits.</summary>
    private readonly record struct Way(int Choice, int Cuts, uint Displaced, uint Reused);
}
