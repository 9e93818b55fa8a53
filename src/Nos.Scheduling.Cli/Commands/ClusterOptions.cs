using System.CommandLine;
using Nos.Scheduling.Cluster.Connecting;

namespace Nos.Scheduling.Cli.Commands;

/// <summary>The options by which kubectl's users say which cluster they mean.</summary>
internal sealed class ClusterOptions
{
    private readonly Option<string?> kubeconfig = new("--kubeconfig") { Description = "The kubeconfig; without it $KUBECONFIG, then ~/.kube/config.", HelpName = "FILE" };
    private readonly Option<string?> context = new("--context") { Description = "The context of the kubeconfig; without it the current one.", HelpName = "NAME" };

    /// <summary>Adds them to a command.</summary>
    internal void AddTo(Command command)
    {
        command.Options.Add(kubeconfig);
        command.Options.Add(context);
    }

    /// <summary>How to reach that cluster.</summary>
    /// <exception cref="KubeConfigException">Nothing says, or what says is unusable.</exception>
    internal KubeConnection Open(ParseResult parsed) =>
        KubeConfig.OpenAsKubectl(parsed.GetValue(kubeconfig), parsed.GetValue(context), Environment.GetEnvironmentVariable);
}
