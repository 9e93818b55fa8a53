namespace Nos.Scheduling.Cluster.Flags;

/// <summary>A type of flag values: how they are read, written and bounded.</summary>
/// <typeparam name="T">What a text is read into.</typeparam>
/// <param name="Placeholder">What help shows in place of a value, such as <c>DURATION</c>; empty for a switch, which needs none.</param>
/// <param name="Allowed">What may be written, as the end of the sentence "must be …".</param>
/// <param name="Read">Reads a text; whether the value is within bounds is not its question.</param>
/// <param name="Write">Writes a value so that <paramref name="Read"/> gives it back.</param>
public sealed record FlagKind<T>(string Placeholder, string Allowed, Func<string, FlagReading<T>> Read, Func<T, string> Write)
{
    /// <summary>What is wrong with a value that could be read, as <see cref="FlagReading{T}.Fault"/>; <see langword="null"/> where nothing is.</summary>
    public Func<T, string?> Judge { get; init; } = _ => null;
}
