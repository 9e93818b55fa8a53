using System.CommandLine;
using Nos.Scheduling.Cli.Rendering;
using Nos.Scheduling.Cli.Status;
using Nos.Scheduling.Cluster.Api;

namespace Nos.Scheduling.Cli.Commands;

/// <summary><c>status</c>: draws the cluster's GPUs.</summary>
internal static class StatusCommand
{
    internal static Command Create()
    {
        var cluster = new ClusterOptions();
        var nodes = new Argument<string[]>("node") { Description = "Only these nodes.", Arity = ArgumentArity.ZeroOrMore };
        var ns = new Option<string?>("--namespace", "-n") { Description = "Only GPUs of which a pod of that namespace uses a slice.", HelpName = "NAMESPACE" };
        var all = new Option<bool>("--all-namespaces", "-A") { Description = "Whoever uses them, which is the default." };
        var output = OutputFormat.Option();
        var command = new Command("status", "Draws the cluster's GPUs: # in use, . not.") { nodes, ns, all, output };
        cluster.AddTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetValue(all) && result.GetResult(ns) is not null)
            {
                result.AddError("--namespace and --all-namespaces contradict each other.");
            }
        });
        command.SetAction(async (parsed, cancellation) =>
        {
            using var connection = cluster.Open(parsed);
            using var client = connection.CreateClient();
            try
            {
                await ShowAsync(client, parsed.GetValue(nodes) ?? [], parsed.GetValue(ns), parsed.GetRequiredValue(output), parsed.InvocationConfiguration, cancellation).ConfigureAwait(false);
            }
            catch (KubeApiException refused)
            {
                throw new CommandFailedException($"the cluster at {connection.Server.AbsoluteUri.TrimEnd('/')} gave no GpuNodes: {refused.Message}", refused);
            }
        });
        return command;
    }

    /// <summary>Reads the GpuNodes and draws them.</summary>
    /// <param name="client">The cluster.</param>
    /// <param name="names">Only these nodes; empty for all.</param>
    /// <param name="ns">Only GPUs of which a pod of that namespace uses a slice; <see langword="null"/> for all.</param>
    /// <param name="format"><c>table</c>, <c>json</c> or <c>yaml</c>.</param>
    /// <param name="streams">Where to print, and where to say what was left out.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="CommandFailedException">The cluster knows no GpuNodes, or not the ones that were named.</exception>
    internal static async Task ShowAsync(
        KubeClient client, IReadOnlyCollection<string> names, string? ns, string format, InvocationConfiguration streams, CancellationToken cancellation)
    {
        var documents = await ListAsync(client, cancellation).ConfigureAwait(false);
        if (names.Except(documents.Items.Select(node => node.Metadata.Name)).FirstOrDefault() is { } missing)
        {
            throw new CommandFailedException($"there is no GpuNode '{missing}'; label the node nos.nebuly.com/gpu-partitioning=mig or mps first.");
        }

        var view = ClusterView.Of(documents.Items, names, ns);

        if (format != "table")
        {
            OutputFormat.Write(format, StatusDocument.Of(view), streams.Output);
        }
        else if (view.Count == 0)
        {
            await streams.Error.WriteLineAsync(ns is null ? "No GpuNodes: no node is labelled nos.nebuly.com/gpu-partitioning." : $"No pod of namespace {ns} uses a slice.").ConfigureAwait(false);
        }
        else
        {
            StatusText.Write(view, streams.Output);
        }
    }

    private static async Task<Cluster.Documents.KubeList<Cluster.Documents.GpuNodeDocument>> ListAsync(KubeClient client, CancellationToken cancellation)
    {
        try
        {
            return await client.ListAsync(KubeResources.GpuNodes, null, cancellation).ConfigureAwait(false);
        }
        catch (KubeApiException missing) when (missing.IsNotFound)
        {
            throw new CommandFailedException("the cluster does not know GpuNodes; tell it with: kubectl nos crds | kubectl apply -f -", missing);
        }
    }
}
