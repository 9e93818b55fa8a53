namespace Nos.Scheduling.Cli.Simulation.Csv;

/// <summary>An input file cannot be read or says what it may not; the message names file, line, column and what was expected. Ends with exit code 2.</summary>
internal sealed class BadInputException(string message, Exception? inner = null) : Exception(message, inner);
