namespace Nos.Scheduling.Cluster.Flags;

/// <summary>The text that decided a flag's value.</summary>
/// <param name="Text">As it was given.</param>
/// <param name="Origin">The variable or file that it came from; <see langword="null"/> for the command line.</param>
public sealed record FlagSource(string Text, string? Origin);
