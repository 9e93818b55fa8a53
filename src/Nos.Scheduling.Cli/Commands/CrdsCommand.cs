using System.CommandLine;
using Nos.Scheduling.Cli.Crds;

namespace Nos.Scheduling.Cli.Commands;

/// <summary><c>crds</c>: prints the CustomResourceDefinitions, ready for <c>kubectl apply -f -</c>.</summary>
internal static class CrdsCommand
{
    internal static Command Create()
    {
        var version = new Option<KubernetesVersion>("--for")
        {
            Description = "Kubernetes version of the API server, such as 1.30. Without it the result suits every version from 1.20 on.",
            HelpName = "VERSION",
            DefaultValueFactory = _ => KubernetesVersion.Oldest,
            CustomParser = result =>
            {
                var text = result.Tokens[0].Value;
                if (KubernetesVersion.TryParse(text, out var known) && known >= KubernetesVersion.Oldest)
                {
                    return known;
                }

                result.AddError($"--for '{text}' is no Kubernetes version from {KubernetesVersion.Oldest} on; write one like 1.30.");
                return default;
            },
        };
        var command = new Command("crds", "Prints the CustomResourceDefinitions that the cluster needs.") { version };
        command.SetAction(parsed => parsed.InvocationConfiguration.Output.Write(CrdDocuments.Render(parsed.GetValue(version))));
        return command;
    }
}
