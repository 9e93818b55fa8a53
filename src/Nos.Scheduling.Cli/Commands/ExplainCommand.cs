using System.CommandLine;

namespace Nos.Scheduling.Cli.Commands;

/// <summary><c>explain</c>: tells why something is as it is.</summary>
internal static class ExplainCommand
{
    internal static Command Create() => new("explain", "Tells why something is as it is, and what decides it.") { ExplainPodCommand.Create() };
}
