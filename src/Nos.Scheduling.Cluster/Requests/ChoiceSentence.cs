using System.Globalization;
using Nos.Scheduling.Choosing;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Cluster.Requests;

/// <summary>Puts choices into words: the annotation <c>nos.nebuly.com/chosen</c>, and what is said of a wish that is too large.</summary>
internal static class ChoiceSentence
{
    /// <summary>What was chosen and why, in one sentence.</summary>
    internal static string Of(SliceChoice.Chosen choice, IReadOnlyList<(string Container, SliceWish Wish)> wishes)
    {
        var parts = wishes.Zip(choice.Slices, (wish, slice) => $"{slice.Name} for {wish.Container} ({Words(wish.Wish)})");
        var shape = choice.Mode == PartitioningMode.Mig ? "smallest MIG profile" : "MPS share";
        return $"Chose {string.Join(" and ", parts)}: the {shape} with so much, {Why(choice)}.";
    }

    /// <summary>What is wrong with a wish that no GPU can grant.</summary>
    internal static string Of(SliceChoice.TooLarge large, string container, bool isCatalogue) => string.Create(
        CultureInfo.InvariantCulture,
        $"Container {container} asks for {large.AskedGB} GB of GPU memory{In(large.Mode)}, more than any GPU{(isCatalogue ? "" : " of the cluster")} has; ask for {large.LargestGB} GB or less.");

    private static string In(PartitioningMode? mode) => mode is { } asked ? $" in mode {ModeWish.Written(asked)}" : "";

    private static string Words(SliceWish wish)
    {
        var memory = wish.Part > 0
            ? string.Create(CultureInfo.InvariantCulture, $"{wish.Part * 100:0.##} % of a GPU's memory")
            : string.Create(CultureInfo.InvariantCulture, $"{wish.MemoryGB} GB");
        return wish.ComputePercent > 0 ? string.Create(CultureInfo.InvariantCulture, $"{memory}, {wish.ComputePercent} % of its compute") : memory;
    }

    private static string Why(SliceChoice.Chosen choice) => (choice.Reason, choice.Mode) switch
    {
        (ChoiceReason.Asked, _) => $"{ModeWish.Written(choice.Mode)} as asked",
        (ChoiceReason.LittleWaste, _) => "mig as at most half of it is wasted",
        (ChoiceReason.MuchWaste, _) => "mps as mig would waste more than half",
        _ => $"{ModeWish.Written(choice.Mode)} as only that has it",
    };
}
