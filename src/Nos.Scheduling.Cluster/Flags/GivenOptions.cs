namespace Nos.Scheduling.Cluster.Flags;

/// <summary>Options with what they were read from.</summary>
/// <typeparam name="TOptions">The record with the values.</typeparam>
/// <param name="Options">The values; defaults where nothing was given.</param>
/// <param name="Sources">Flag name to the text that decided it; a flag left at its default is not in it.</param>
public sealed record GivenOptions<TOptions>(TOptions Options, IReadOnlyDictionary<string, FlagSource> Sources);
