using System.Text.Json.Nodes;
using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Binding;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Cluster.Leading;
using Nos.Scheduling.Cluster.State;

namespace Nos.Scheduling.Server.Controllers;

/// <summary>Sees to it that every labelled node has a GpuNode, adopts what its agent finds first, and cleans up behind nodes that go.</summary>
internal sealed partial class GpuNodeReconciler(
    KubeClient client, ClusterState state, GpuNodeWriter writer, Author author, ILogger<GpuNodeReconciler> logger)
{
    /// <summary>One node: gather, decide, act. Safe to repeat at any time.</summary>
    /// <exception cref="KubeApiException">The server refused; to be tried again.</exception>
    internal async Task ReconcileAsync(string name, CancellationToken cancellation)
    {
        var (node, gpuNode) = state.FindDocuments(name);
        var isInMode = gpuNode?.Spec.Mode == PartitioningLabel.ModeOf(node);

        var step = GpuNodePlan.Next(node, gpuNode, isInMode ? null : writer.Wanted(name), state.NamesOwnersThatLeft(name));

        switch (step)
        {
            case GpuNodeStep.Create:
                await CreateAsync(node!, cancellation);
                break;
            case GpuNodeStep.ChangeMode:
                await ChangeModeAsync(gpuNode!, PartitioningLabel.ModeOf(node)!, cancellation);
                break;
            case GpuNodeStep.Adopt or GpuNodeStep.Empty or GpuNodeStep.Disown:
                await writer.BringAsync(name, cancellation);
                break;
            case GpuNodeStep.Delete:
                await client.DeleteAsync(KubeResources.GpuNodes, null, name, cancellation, gpuNode!.Metadata.Uid);
                break;
            default:
                return;
        }

        LogStep(step, name);
    }

    private async Task CreateAsync(NodeDocument node, CancellationToken cancellation)
    {
        var owner = new OwnerReference { ApiVersion = "v1", Kind = "Node", Name = node.Metadata.Name, Uid = node.Metadata.Uid ?? "" };
        var document = new GpuNodeDocument
        {
            Metadata = new ObjectMeta { Name = node.Metadata.Name, OwnerReferences = [owner], Annotations = new() { [NosKeys.WrittenBy] = author.Sign() } },
            Spec = new GpuNodeSpec { Mode = PartitioningLabel.ModeOf(node) },
        };
        try
        {
            state.Apply(await client.CreateAsync(KubeResources.GpuNodes, null, document, cancellation));
        }
        catch (KubeApiException exists) when (exists.IsAlreadyExists)
        {
            // The informer has not seen it yet.
        }
    }

    private async Task ChangeModeAsync(GpuNodeDocument gpuNode, string mode, CancellationToken cancellation)
    {
        var patch = GpuNodeSpecs.Patch(new JsonObject { ["mode"] = mode }, gpuNode, author.Sign());
        state.Apply(await client.PatchAsync(KubeResources.GpuNodes, null, gpuNode.Metadata.Name, patch, cancellation));
    }

    [LoggerMessage(EventId = 401, Level = LogLevel.Information, Message = "{Step} for GpuNode {Node}")]
    private partial void LogStep(GpuNodeStep step, string node);
}
