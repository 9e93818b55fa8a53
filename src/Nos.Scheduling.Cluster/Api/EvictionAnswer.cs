namespace Nos.Scheduling.Cluster.Api;

/// <summary>What the API server answered to an eviction.</summary>
/// <param name="Outcome">What became of it.</param>
/// <param name="Message">The server's sentence where a budget forbids it; otherwise empty.</param>
/// <param name="RetryAfter">How long the server asked to wait; <see langword="null"/> where it did not say.</param>
public sealed record EvictionAnswer(EvictionOutcome Outcome, string Message = "", TimeSpan? RetryAfter = null);
