using System.CommandLine;
using System.CommandLine.Invocation;
using Nos.Scheduling.Cli.Simulation.Csv;
using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Connecting;
using Nos.Scheduling.Cluster.Flags;

namespace Nos.Scheduling.Cli.Commands;

/// <summary>The commands of <c>kubectl nos</c>, and how they end.</summary>
internal static class CommandLine
{
    /// <summary>Runs one command line.</summary>
    /// <returns>One of <see cref="ExitCodes"/>. Bad usage and failures have left exactly one sentence in <paramref name="error"/>.</returns>
    internal static async Task<int> RunAsync(IReadOnlyList<string> arguments, TextWriter output, TextWriter error)
    {
        var parsed = Root().Parse(arguments);
        if (parsed.Action is ParseErrorAction)
        {
            await error.WriteLineAsync($"kubectl nos: {Sentence(parsed)}").ConfigureAwait(false);
            return ExitCodes.BadUsage;
        }

        try
        {
            var invocation = new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false };
            return await parsed.InvokeAsync(invocation).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is CommandFailedException or KubeConfigException or KubeApiException)
        {
            await error.WriteLineAsync($"kubectl nos: {failure.Message.ReplaceLineEndings(" ")}").ConfigureAwait(false);
            return ExitCodes.Failed;
        }
        catch (BadInputException failure)
        {
            await error.WriteLineAsync($"kubectl nos: {failure.Message.ReplaceLineEndings(" ")}").ConfigureAwait(false);
            return ExitCodes.BadUsage;
        }
        catch (OperationCanceledException)
        {
            return ExitCodes.Failed;
        }
    }

    private static RootCommand Root() => VersionCommand.WithVersionOption(new("Shows and explains slices of GPUs, and renders what a cluster needs to serve them.")
    {
        StatusCommand.Create(),
        TopCommand.Create(),
        ExplainCommand.Create(),
        CrdsCommand.Create(),
        SchedulerConfigCommand.Create(),
        PlanCommand.Create(),
        SimulateCommand.Create(),
        VersionCommand.Create(),
        CompletionCommand.Create(),
    });

    private static string Sentence(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var name = NameOf(command);
        return (command.Subcommands.Count > 0, parsed.UnmatchedTokens) switch
        {
            (true, []) => $"say what to do: {Words(command)}; see '{name} --help'.",
            (true, [var word, ..]) => $"'{word}' is none of {Words(command)}; see '{name} --help'.",
            (false, [var word, ..]) => $"'{word}' means nothing here; see '{name} --help'.",
            (false, _) => parsed.Errors[0].Message,
        };
    }

    private static string NameOf(Command command) =>
        command is RootCommand ? "kubectl nos" : $"{NameOf(command.Parents.OfType<Command>().First())} {command.Name}";

    private static string Words(Command command) => string.Join(", ", command.Subcommands.Select(known => known.Name));
}
