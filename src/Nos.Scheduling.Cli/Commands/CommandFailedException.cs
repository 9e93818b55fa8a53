namespace Nos.Scheduling.Cli.Commands;

/// <summary>A command could not do its work.</summary>
/// <param name="message">One sentence for the user: what, and why.</param>
/// <param name="inner">What went wrong below, or <see langword="null"/>.</param>
internal sealed class CommandFailedException(string message, Exception? inner = null) : Exception(message, inner);
