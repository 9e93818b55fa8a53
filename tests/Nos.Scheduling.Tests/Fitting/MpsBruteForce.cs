using Nos.Scheduling.Fitting;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Tests.Fitting;

/// <summary>Tries every way to place MPS shares on GPUs: on which GPU, which free shares are taken over, and which go.</summary>
internal static class MpsBruteForce
{
    private const int MostClients = 48;

    /// <summary>Over all ways: the fewest cut, of these the fewest destroyed, of these the fewest GB of them; <see langword="null"/> where there is no way.</summary>
    internal static (int Cuts, int Destroyed, int GB)? Best(Gpu[] gpus, SliceRequest[] wanted)
    {
        (int Cuts, int Destroyed, int GB)? best = null;
        var on = new int[wanted.Length];
        do
        {
            var efforts = gpus.Select((gpu, place) => BestOn(gpu, [.. wanted.Where((_, index) => on[index] == place)])).ToList();
            if (efforts.TrueForAll(effort => effort is not null))
            {
                var sum = (efforts.Sum(effort => effort!.Value.Cuts), efforts.Sum(effort => effort!.Value.Destroyed), efforts.Sum(effort => effort!.Value.GB));
                best = best is { } known && known.CompareTo(sum) <= 0 ? known : sum;
            }
        }
        while (Next(on, gpus.Length));

        return best;
    }

    /// <summary>What a placement takes, after a look that the GPUs can really be so, and that nothing goes but what is free.</summary>
    internal static (int Cuts, int Destroyed, int GB) EffortOf(Gpu[] gpus, NodePlacement placement)
    {
        foreach (var gpu in gpus)
        {
            var here = placement.Slices.Where(slice => slice.Gpu == gpu.Index).ToList();
            var destroyed = here.SelectMany(slice => slice.Destroyed).ToList();
            Assert.Equal(destroyed.Count, destroyed.Distinct().Count());
            Assert.Equal(here.Count, here.Select(slice => slice.Shape).Distinct().Count());
            Assert.All(destroyed, shape => Assert.Contains(gpu.Slices, slice => slice.Shape == shape && slice.IsFree));
            Assert.All(destroyed, shape => Assert.DoesNotContain(here, slice => slice.Shape == shape));
            Assert.All(here, slice => Assert.Equal(slice.IsReuse, gpu.Slices.Any(free => free.Shape == slice.Shape)));
            Assert.True(here.Count == 0 || MayHold(gpu, [.. here.Select(slice => new SliceRequest(slice.Resource, slice.Mps))]));

            var live = gpu.Slices.Select(slice => slice.Shape).Except(destroyed).Union(here.Select(slice => slice.Shape)).ToList();
            Assert.True(here.Count == 0 || (live.Sum(shape => shape.MemoryGB) <= gpu.Model.UsableGB && live.Count <= MostClients));
        }

        var all = placement.Slices.SelectMany(slice => slice.Destroyed).ToList();
        return (placement.Slices.Count(slice => !slice.IsReuse), all.Count, all.Sum(shape => shape.MemoryGB));
    }

    private static (int Cuts, int Destroyed, int GB)? BestOn(Gpu gpu, SliceRequest[] wanted)
    {
        if (wanted.Length == 0)
        {
            return (0, 0, 0);
        }

        if (gpu.IsLost || !MayHold(gpu, wanted))
        {
            return null;
        }

        (int, int, int)? best = null;
        var free = gpu.Slices.Where(slice => slice.IsFree).Select(slice => slice.Shape.MemoryGB).ToArray();
        // Every free share is taken over, destroyed, or left alone.
        var fate = new int[free.Length];
        do
        {
            var taken = free.Where((_, index) => fate[index] == 1).ToList();
            var gone = free.Where((_, index) => fate[index] == 2).ToList();
            var cut = wanted.Select(request => request.Resource.MemoryGB).ToList();
            if (taken.TrueForAll(cut.Remove)
                && gpu.HeldGB + free.Sum() - gone.Sum() + cut.Sum() <= gpu.Model.UsableGB
                && gpu.Slices.Count - gone.Count + cut.Count <= MostClients)
            {
                var effort = (cut.Count, gone.Count, gone.Sum());
                best = best is { } known && known.CompareTo(effort) <= 0 ? known : effort;
            }
        }
        while (Next(fate, 3));

        return best;
    }

    /// <summary>Whether the holders and the new clients may be on the GPU together.</summary>
    private static bool MayHold(Gpu gpu, SliceRequest[] wanted)
    {
        var clients = gpu.Slices.Where(slice => !slice.IsFree).Select(slice => (slice.Shape.MemoryGB, slice.Demand))
            .Concat(wanted.Select(request => (request.Resource.MemoryGB, request.Mps))).ToList();
        return clients.Sum(client => client.MemoryGB) <= gpu.Model.UsableGB
            && clients.Count <= MostClients
            && clients.Sum(client => client.Item2.ComputePercent) <= 100
            && clients.Select(client => client.Item2.Uid).Distinct().Count() == 1;
    }

    /// <summary>Counts on in base <paramref name="radix"/>.</summary>
    private static bool Next(int[] digits, int radix)
    {
        for (var index = 0; index < digits.Length; index++)
        {
            if (++digits[index] < radix)
            {
                return true;
            }

            digits[index] = 0;
        }

        return false;
    }
}
