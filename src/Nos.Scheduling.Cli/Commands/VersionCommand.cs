using System.CommandLine;
using System.CommandLine.Invocation;
using Nos.Scheduling.Cluster.Flags;

namespace Nos.Scheduling.Cli.Commands;

/// <summary><c>version</c>: prints which build this is. The option <c>--version</c>, which people try first, says the same.</summary>
internal static class VersionCommand
{
    internal static Command Create() => new("version", "Prints the version of this program.") { Action = new Print() };

    /// <summary>Has the root command's <c>--version</c> do what the command does.</summary>
    internal static RootCommand WithVersionOption(RootCommand root)
    {
        root.Options.OfType<VersionOption>().Single().Action = new Print();
        return root;
    }

    private sealed class Print : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            parseResult.InvocationConfiguration.Output.WriteLine($"kubectl-nos {ProgramVersion.Of(typeof(VersionCommand).Assembly)}");
            return ExitCodes.Done;
        }
    }
}
