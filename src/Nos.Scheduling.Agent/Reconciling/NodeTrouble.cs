namespace Nos.Scheduling.Agent.Reconciling;

/// <summary>Why a whole node is not Ready.</summary>
/// <param name="Reason">In one word, for the condition.</param>
/// <param name="Message">In a sentence that says what to do.</param>
internal sealed record NodeTrouble(string Reason, string Message);
