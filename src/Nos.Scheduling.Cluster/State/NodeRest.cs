namespace Nos.Scheduling.Cluster.State;

/// <summary>A pause in which a node is not offered, because slices could not be cut on it.</summary>
/// <param name="Failures">How often in a row a cut failed; 1 or more.</param>
/// <param name="Pause">How long the pause is.</param>
/// <param name="Until">When it ends.</param>
/// <param name="Awaits">
/// The spec generation that the agent was too slow for: the pause ends, and is forgotten, when it has carried that out. <see langword="null"/> where it
/// said that it could not.
/// </param>
/// <param name="IsOver">Whether it was seen to have ended.</param>
public sealed record NodeRest(int Failures, TimeSpan Pause, DateTimeOffset Until, long? Awaits = null, bool IsOver = false);
