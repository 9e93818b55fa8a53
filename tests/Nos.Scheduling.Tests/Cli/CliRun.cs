using Nos.Scheduling.Cli.Commands;

namespace Nos.Scheduling.Tests.Cli;

/// <summary>One command line and what it came to.</summary>
internal sealed record CliRun(int ExitCode, string Output, string Error)
{
    internal static async Task<CliRun> Of(params string[] arguments)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var exitCode = await CommandLine.RunAsync(arguments, output, error);
        return new CliRun(exitCode, output.ToString(), error.ToString());
    }

    /// <summary>What it printed, where it ended well.</summary>
    internal static async Task<string> OutputOf(params string[] arguments)
    {
        var run = await Of(arguments);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        return run.Output;
    }
}
