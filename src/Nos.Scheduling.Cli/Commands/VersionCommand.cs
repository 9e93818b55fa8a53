using System.CommandLine;
using System.Reflection;

namespace Nos.Scheduling.Cli.Commands;

/// <summary><c>version</c>: prints which build this is.</summary>
internal static class VersionCommand
{
    /// <summary>The build's version.</summary>
    internal static string Current { get; } = typeof(VersionCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    internal static Command Create()
    {
        var command = new Command("version", "Prints the version of this program.");
        command.SetAction(parsed => parsed.InvocationConfiguration.Output.WriteLine($"kubectl-nos {Current}"));
        return command;
    }
}
