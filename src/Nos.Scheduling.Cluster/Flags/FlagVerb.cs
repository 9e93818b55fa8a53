namespace Nos.Scheduling.Cluster.Flags;

/// <summary>A word that may stand first on the command line and chooses what the program does.</summary>
/// <typeparam name="TOptions">The record that takes the choice.</typeparam>
/// <param name="Name">The word.</param>
/// <param name="Description">One line for help, without a full stop.</param>
/// <param name="Apply">The options with the choice made.</param>
public sealed record FlagVerb<TOptions>(string Name, string Description, Func<TOptions, TOptions> Apply);
