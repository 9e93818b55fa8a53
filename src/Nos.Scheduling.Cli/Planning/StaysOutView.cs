namespace Nos.Scheduling.Cli.Planning;

/// <summary>What is told of a pod that goes nowhere.</summary>
/// <param name="Reason">In one word: ours, or <c>Denied</c>.</param>
/// <param name="Sentence">Why, in words.</param>
/// <param name="Refusals">How many nodes say what, <c>3 NoOpenPlacement</c>; empty where no node was asked.</param>
/// <param name="Nearest">Where it comes closest and what it lacks there, in words; <see langword="null"/> where nothing would help.</param>
internal sealed record StaysOutView(string Reason, string Sentence, IReadOnlyList<string> Refusals, string? Nearest);
