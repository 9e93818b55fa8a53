namespace Nos.Scheduling.Cli.Planning;

/// <summary>What is told of one pod.</summary>
/// <param name="Namespace">Its namespace.</param>
/// <param name="Name">Its name.</param>
/// <param name="Node">Where it would go; <see langword="null"/> where it stays out.</param>
/// <param name="Slices">Its slices there.</param>
/// <param name="StaysOut">Why it goes nowhere; <see langword="null"/> where it goes.</param>
internal sealed record PlannedPodView(string Namespace, string Name, string? Node, IReadOnlyList<PlannedSliceView> Slices, StaysOutView? StaysOut)
{
    internal string Key => $"{Namespace}/{Name}";
}
