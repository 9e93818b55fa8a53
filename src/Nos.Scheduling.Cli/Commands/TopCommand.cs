using System.CommandLine;

namespace Nos.Scheduling.Cli.Commands;

/// <summary><c>top</c>: shows who uses how much.</summary>
internal static class TopCommand
{
    internal static Command Create() => new("top", "Shows who uses how much.") { TopQuotasCommand.Create() };
}
