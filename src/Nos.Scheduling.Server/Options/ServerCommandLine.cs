using Nos.Scheduling.Cluster.Flags;

namespace Nos.Scheduling.Server.Options;

/// <summary>From the command line to what the server runs with.</summary>
internal static class ServerCommandLine
{
    /// <summary>Reads the flags, decides the launch, checks all of it; looks at nothing but what the three functions show.</summary>
    /// <param name="arguments">As the process got them.</param>
    /// <param name="environment">A variable's value; <see langword="null"/> or empty where it is not set.</param>
    /// <param name="readFile">A file's text; may throw as <see cref="File.ReadAllText(string)"/> does.</param>
    /// <param name="fileExists">Whether there is a file of that path.</param>
    internal static FlagOutcome<ServerStart> Read(
        IReadOnlyList<string> arguments, Func<string, string?> environment, Func<string, string> readFile, Func<string, bool> fileExists) =>
        ServerFlags.Set.Read(arguments, environment, readFile).Then(given =>
        {
            var launch = LaunchDecision.Decide(given.Options, environment);
            if (ServerFlags.Set.Check(given, new ServerOptionsValidator(launch, fileExists)) is { } fault)
            {
                return new FlagOutcome<ServerStart>.Refused(fault);
            }

            return launch switch
            {
                Launch.Refused(var sentence) => new FlagOutcome<ServerStart>.Refused(sentence, ExitCodes.Failed),
                Launch.Embedded => new FlagOutcome<ServerStart>.Run(new ServerStart(given.Options with { PlainHttp = true }, launch)),
                _ => new FlagOutcome<ServerStart>.Run(new ServerStart(given.Options, launch)),
            };
        });
}
