using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.State;

namespace Nos.Scheduling.Server.Controllers;

/// <summary>Keeps NVIDIA's device plugin off managed nodes, and lets it come back once nothing of ours is left there.</summary>
/// <param name="client">The leader's client.</param>
/// <param name="state">What is known of the cluster.</param>
/// <param name="logger">Told what was written.</param>
internal sealed partial class DevicePluginReconciler(KubeClient client, ClusterState state, ILogger<DevicePluginReconciler> logger)
{
    /// <summary>One node: gather, decide, act. Safe to repeat at any time.</summary>
    /// <exception cref="KubeApiException">The server refused, or somebody wrote the node meanwhile; to be tried again.</exception>
    internal async Task ReconcileAsync(string name, CancellationToken cancellation)
    {
        var (node, gpuNode) = state.FindDocuments(name);

        if (DevicePluginPlan.Patch(node, gpuNode) is not { } patch)
        {
            return;
        }

        try
        {
            var written = (await client.PatchAsync(KubeResources.Nodes, null, name, patch, cancellation)).Metadata.Label(NosKeys.DeployDevicePlugin) ?? "nothing";
            LogWritten(name, written);
        }
        catch (KubeApiException gone) when (gone.IsNotFound)
        {
            // The informer will tell.
        }
    }

    [LoggerMessage(EventId = 722, Level = LogLevel.Information, Message = "Label nvidia.com/gpu.deploy.device-plugin of {Node} says {Value} now")]
    private partial void LogWritten(string node, string value);
}
