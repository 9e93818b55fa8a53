using Nos.Scheduling.Fitting;
using Nos.Scheduling.Gpus;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Tests.Fitting;

/// <summary>Tries every way to place MIG slices on GPUs, with the rules of <see cref="Layouts"/>.</summary>
internal sealed class MigBruteForce
{
    private readonly Gpu[] gpus;
    private readonly List<MigPlacement>[] standing;
    private readonly List<(MigPlacement Place, SliceResource As)>[] added;
    private readonly SliceResource[] wanted;
    private (int Cuts, int Destroyed, int Size)? best;

    private MigBruteForce(Gpu[] gpus, SliceResource[] wanted)
    {
        (this.gpus, this.wanted) = (gpus, [.. wanted.OrderBy(slice => slice.Name)]);
        standing = Array.ConvertAll(gpus, gpu => gpu.Slices.Where(slice => !slice.IsFree).Select(slice => new MigPlacement(slice.Shape.Profile!, slice.Shape.Start)).ToList());
        added = Array.ConvertAll(gpus, _ => new List<(MigPlacement, SliceResource)>());
    }

    /// <summary>Over all ways: the fewest cut, of these the fewest destroyed, of these the fewest memory slices of them; <see langword="null"/> where there is no way.</summary>
    internal static (int Cuts, int Destroyed, int Size)? Best(IEnumerable<Gpu> gpus, IEnumerable<SliceResource> wanted)
    {
        var search = new MigBruteForce([.. gpus.Where(gpu => !gpu.IsLost)], [.. wanted]);
        search.Place(0, (0, 0));
        return search.best;
    }

    /// <summary>What a placement takes, after a look that the GPUs can really be so, and that nothing goes but what is free.</summary>
    internal static (int Cuts, int Destroyed, int Size) EffortOf(IEnumerable<Gpu> gpus, NodePlacement placement)
    {
        foreach (var gpu in gpus)
        {
            var here = placement.Slices.Where(slice => slice.Gpu == gpu.Index).ToList();
            var destroyed = here.SelectMany(slice => slice.Destroyed).ToList();
            Assert.True(here.Count == 0 || !gpu.IsLost);
            Assert.Equal(destroyed.Count, destroyed.Distinct().Count());
            Assert.All(destroyed, shape => Assert.Contains(gpu.Slices, slice => slice.Shape == shape && slice.IsFree));
            Assert.All(here.Where(slice => slice.IsReuse), slice => Assert.Contains(gpu.Slices, free => free.IsFree && free.Shape == slice.Shape && free.Resource == slice.Resource));

            var stay = gpu.Slices.Where(slice => !destroyed.Contains(slice.Shape)).Select(slice => slice.Shape);
            var state = new List<MigPlacement>();
            foreach (var shape in stay.Concat(here.Where(slice => !slice.IsReuse).Select(slice => slice.Shape)))
            {
                Assert.True((shape.Profile!.Starts.Bits >> shape.Start & 1) == 1);
                Assert.True(Layouts.MayJoin(state, new MigPlacement(shape.Profile, shape.Start)), $"{shape.Profile}@{shape.Start} beside {string.Join(' ', state)}");
                state.Add(new MigPlacement(shape.Profile, shape.Start));
            }
        }

        var all = placement.Slices.SelectMany(slice => slice.Destroyed).ToList();
        return (placement.Slices.Count(slice => !slice.IsReuse), all.Count, all.Sum(shape => shape.Profile!.MemorySlices));
    }

    private void Place(int next, (int Gpu, int Start) from)
    {
        if (next == wanted.Length)
        {
            var (cuts, destroyed, size) = (0, 0, 0);
            for (var gpu = 0; gpu < gpus.Length; gpu++)
            {
                var effort = Effort(gpu);
                (cuts, destroyed, size) = (cuts + effort.Cuts, destroyed + effort.Destroyed, size + effort.Size);
            }

            best = best is { } known && known.CompareTo((cuts, destroyed, size)) <= 0 ? known : (cuts, destroyed, size);
            return;
        }

        // Slices of one name are alike: they are placed in order only.
        var like = next > 0 && wanted[next] == wanted[next - 1];
        for (var gpu = like ? from.Gpu : 0; gpu < gpus.Length; gpu++)
        {
            foreach (var place in gpus[gpu].Model.Find(wanted[next].Profile!)?.Placements ?? [])
            {
                if ((!like || (gpu, place.Start).CompareTo(from) > 0) && Layouts.MayJoin(standing[gpu], place))
                {
                    standing[gpu].Add(place);
                    added[gpu].Add((place, wanted[next]));
                    Place(next + 1, (gpu, place.Start));
                    standing[gpu].RemoveAt(standing[gpu].Count - 1);
                    added[gpu].RemoveAt(added[gpu].Count - 1);
                }
            }
        }
    }

    private (int Cuts, int Destroyed, int Size) Effort(int gpu)
    {
        var (cuts, destroyed, size) = (added[gpu].Count, 0, 0);
        var state = added[gpu].Count == 0 ? null : standing[gpu].ToList();
        foreach (var free in state is null ? [] : gpus[gpu].Slices.Where(slice => slice.IsFree))
        {
            var place = new MigPlacement(free.Shape.Profile!, free.Shape.Start);
            if (added[gpu].Contains((place, free.Resource)))
            {
                cuts--;
            }
            else if (Layouts.MayJoin(state!, place))
            {
                state!.Add(place);
            }
            else
            {
                (destroyed, size) = (destroyed + 1, size + place.Profile.MemorySlices);
            }
        }

        return (cuts, destroyed, size);
    }
}
