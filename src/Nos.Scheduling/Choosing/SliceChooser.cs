using Nos.Scheduling.Gpus;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Choosing;

/// <summary>Decides which slice a container gets that asks for memory and compute and names none.</summary>
public static class SliceChooser
{
    /// <summary>
    /// The smallest slice for every wish: least memory, then least compute, then most free capacity, then ordinal name.
    /// Profiles with a suffix (<c>+me</c>, <c>+gfx</c>, <c>-me</c>) are not chosen. A name that models share counts by the weakest of them.
    /// </summary>
    /// <param name="offer">What there is.</param>
    /// <param name="mode">
    /// The mode asked for, even where no GPU is shared so yet. <see langword="null"/>: MIG when the smallest profile
    /// of every wish wastes at most half of its memory, else MPS; a mode in which a wish is too large does not count.
    /// </param>
    /// <param name="wishes">At least one.</param>
    public static SliceChoice Choose(Offer offer, PartitioningMode? mode, IReadOnlyList<SliceWish> wishes)
    {
        if (mode is { } asked)
        {
            var from = offer.For(asked);
            return SlicesIn(offer, asked, wishes, from) is { } slices
                ? new SliceChoice.Chosen(asked, slices, ChoiceReason.Asked, from == offer && !offer.IsCatalogue)
                : TooLarge(offer, wishes, asked, from.LargestGB(asked));
        }

        var mig = SlicesIn(offer, PartitioningMode.Mig, wishes, offer);
        var mps = SlicesIn(offer, PartitioningMode.Mps, wishes, offer);
        return (mig, mps) switch
        {
            ({ } slices, _) when WastesAtMostHalf(offer, slices, wishes) => new SliceChoice.Chosen(PartitioningMode.Mig, slices, ChoiceReason.LittleWaste, !offer.IsCatalogue),
            ({ }, { } shares) => new SliceChoice.Chosen(PartitioningMode.Mps, shares, ChoiceReason.MuchWaste, !offer.IsCatalogue),
            (null, { } shares) => new SliceChoice.Chosen(PartitioningMode.Mps, shares, ChoiceReason.OnlyMode, !offer.IsCatalogue),
            ({ } slices, null) => new SliceChoice.Chosen(PartitioningMode.Mig, slices, ChoiceReason.OnlyMode, !offer.IsCatalogue),
            _ => TooLarge(offer, wishes, null, Math.Max(offer.LargestGB(PartitioningMode.Mig), offer.LargestGB(PartitioningMode.Mps))),
        };
    }

    private static bool WastesAtMostHalf(Offer offer, IReadOnlyList<SliceResource> slices, IReadOnlyList<SliceWish> wishes) => slices
        .Zip(wishes)
        .All(pair => pair.First.MemoryGB <= 2 * pair.Second.GBOf(offer.Smallest, PartitioningMode.Mig));

    private static IReadOnlyList<SliceResource>? SlicesIn(Offer offer, PartitioningMode mode, IReadOnlyList<SliceWish> wishes, Offer from)
    {
        var slices = wishes.Select(wish => Smallest([.. from.In(mode)], mode, wish.GBOf(offer.Smallest, mode), wish.ComputePercent)).ToList();
        return slices.TrueForAll(slice => slice is not null) ? [.. slices.Select(slice => slice!.Value)] : null;
    }

    private static SliceResource? Smallest(IReadOnlyList<ModelOffer> offers, PartitioningMode mode, int memoryGB, int computePercent)
    {
        if (mode == PartitioningMode.Mps)
        {
            return offers.Any(offer => offer.Model.UsableGB >= memoryGB) ? SliceResource.Mps(memoryGB) : null;
        }

        return offers
            .SelectMany(offer => Candidates(offer, memoryGB))
            .GroupBy(candidate => candidate.Slice)
            .Where(like => like.All(candidate => candidate.HasCompute(computePercent)))
            .OrderBy(like => like.Key.MemoryGB)
            .ThenBy(like => like.Max(candidate => candidate.ComputeMilli))
            .ThenByDescending(like => like.Sum(candidate => candidate.Offer.FreeGB))
            .ThenBy(like => like.Key.Profile, StringComparer.Ordinal)
            .Select(like => (SliceResource?)like.Key)
            .FirstOrDefault();
    }

    /// <summary>A profile goes by its own name; by another driver's only where that is the one that says enough GB.</summary>
    private static IEnumerable<Candidate> Candidates(ModelOffer offer, int memoryGB) =>
        from name in offer.Model.Names
        where ProfileName.TryParse(name, out _)
        let profile = offer.Model.Find(name)!
        let slice = SliceResource.Mig(name)
        where profile.Parts.Engines == MediaEngines.Usual && slice.MemoryGB >= memoryGB
        where name == profile.Name || profile.Parts.MemoryGB < memoryGB
        select new Candidate(slice, profile, offer);

    /// <summary>Of several wishes the one with the most memory is told; the first among equals.</summary>
    private static SliceChoice.TooLarge TooLarge(Offer offer, IReadOnlyList<SliceWish> wishes, PartitioningMode? mode, int largestGB)
    {
        var (place, gb) = wishes
            .Select((wish, index) => (index, GB: wish.GBOf(offer.Smallest, mode ?? PartitioningMode.Mig)))
            .MaxBy(wish => wish.GB);
        return new SliceChoice.TooLarge(place, gb, largestGB, mode);
    }

    private readonly record struct Candidate(SliceResource Slice, MigProfile Profile, ModelOffer Offer)
    {
        /// <summary>Unit: thousandths of the GPU's compute.</summary>
        public int ComputeMilli => 1000 * Profile.ComputeSlices / Offer.Model.ComputeSlices;

        public bool HasCompute(int percent) => 100 * Profile.ComputeSlices >= percent * Offer.Model.ComputeSlices;
    }
}
