using Nos.Scheduling.Cluster.Flags;

namespace Nos.Scheduling.Agent.Options;

/// <summary>From the command line to what the agent runs with.</summary>
internal static class AgentCommandLine
{
    /// <summary>Reads the flags, finds the cluster, checks all of it; looks at nothing but what the three functions show.</summary>
    /// <param name="arguments">As the process got them.</param>
    /// <param name="environment">A variable's value; <see langword="null"/> or empty where it is not set.</param>
    /// <param name="readFile">A file's text; may throw as <see cref="File.ReadAllText(string)"/> does.</param>
    /// <param name="fileExists">Whether there is a file of that path.</param>
    internal static FlagOutcome<AgentStart> Read(
        IReadOnlyList<string> arguments, Func<string, string?> environment, Func<string, string> readFile, Func<string, bool> fileExists) =>
        AgentFlags.Set.Read(arguments, environment, readFile).Then(given =>
        {
            var access = ClusterAccess.Find(given.Options.Kubeconfig, environment);
            if (AgentFlags.Set.Check(given, new AgentOptionsValidator(fileExists)) is { } fault)
            {
                return new FlagOutcome<AgentStart>.Refused(fault);
            }

            return access is ClusterAccess.Nowhere && given.Options.Verb == AgentVerb.Run
                ? new FlagOutcome<AgentStart>.Refused(
                    "No cluster was found: --kubeconfig, $KUBECONFIG and $KUBERNETES_SERVICE_HOST are not set; name a kubeconfig.", ExitCodes.Failed)
                : new FlagOutcome<AgentStart>.Run(new AgentStart(given.Options, access));
        });
}
