namespace Nos.Scheduling.ClusterTests.Checking;

/// <summary>What one GPU can hold at once, whoever uses it.</summary>
internal static class GpuBudget
{
    /// <summary>Of the MPS control daemon.</summary>
    public const int MostClients = 48;

    /// <param name="where">Names the GPU and the list, for the sentence.</param>
    /// <param name="slices">Those that are, or are wanted, at once.</param>
    public static IEnumerable<Violation> Judge(string where, ProductSeen product, IReadOnlyList<SliceSeen> slices)
    {
        foreach (var twice in slices.GroupBy(slice => slice.Id).Where(like => like.Count() > 1))
        {
            yield return new Violation(Invariant.ListedTwice, $"{where}: {twice.Key}");
        }

        var instances = slices.Where(slice => slice.Profile is not null).DistinctBy(slice => slice.Id).ToList();
        var shares = slices.Where(slice => slice.Profile is null).DistinctBy(slice => slice.Id).ToList();
        foreach (var violation in JudgeInstances(where, product, instances))
        {
            yield return violation;
        }

        if (shares.Sum(share => share.MemoryGB ?? 0) is var asked && asked > product.UsableGB)
        {
            yield return new Violation(Invariant.TooMuchMemory, $"{where}: shares of {asked} GB together, {product.UsableGB} GB are usable");
        }

        if (shares.Count > MostClients)
        {
            yield return new Violation(Invariant.TooManyClients, $"{where}: {shares.Count} shares, {MostClients} clients are the most");
        }
    }

    private static IEnumerable<Violation> JudgeInstances(string where, ProductSeen product, List<SliceSeen> instances)
    {
        var placed = new List<(SliceSeen Slice, ProfileSeen Profile)>();
        foreach (var instance in instances)
        {
            if (product.Find(instance.Profile) is { } profile && profile.Starts.Contains(instance.Start ?? -1))
            {
                placed.Add((instance, profile));
            }
            else
            {
                yield return new Violation(Invariant.NoSuchPlace, $"{where}: {instance.Id} ({instance.Profile} at {instance.Start}) on {product.Product}");
            }
        }

        for (var one = 0; one < placed.Count; one++)
        {
            for (var other = one + 1; other < placed.Count; other++)
            {
                if ((MaskOf(placed[one]) & MaskOf(placed[other])) != 0)
                {
                    yield return new Violation(Invariant.SlicesOverlap, $"{where}: {placed[one].Slice.Id} and {placed[other].Slice.Id}");
                }
            }
        }

        foreach (var like in placed.GroupBy(one => one.Profile).Where(like => like.Count() > like.Key.MaxInstances))
        {
            yield return new Violation(Invariant.TooManyInstances, $"{where}: {like.Count()} of {like.Key.Name}, {like.Key.MaxInstances} are the most");
        }

        if (placed.Sum(one => one.Profile.ComputeSlices) is var compute && compute > product.ComputeSlices)
        {
            yield return new Violation(Invariant.TooMuchCompute, $"{where}: {compute} compute slices of {product.ComputeSlices}");
        }

        if (placed.Sum(one => one.Profile.MemoryMiB) is var memory && memory > product.MemoryMiB)
        {
            yield return new Violation(Invariant.TooMuchMemory, $"{where}: instances of {memory} MiB together, it has {product.MemoryMiB} MiB");
        }
    }

    private static uint MaskOf((SliceSeen Slice, ProfileSeen Profile) placed) => placed.Profile.Mask(placed.Slice.Start!.Value);
}
