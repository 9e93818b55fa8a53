using System.Text.Json.Nodes;
using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.State;

namespace Nos.Scheduling.Server.Controllers;

/// <summary>Writes on bound pods what they have, where their promise says something else.</summary>
internal sealed partial class PromiseReconciler(KubeClient client, ClusterState state, ILogger<PromiseReconciler> logger)
{
    /// <summary>One node: gather, decide, act. Safe to repeat at any time; a pod that cannot be written stops no other.</summary>
    /// <exception cref="KubeApiException">The server refused one of them; to be tried again.</exception>
    internal async Task ReconcileAsync(string node, CancellationToken cancellation)
    {
        var (pods, gpuNode) = state.FindBound(node);

        var corrections = PromisePlan.Of(pods, gpuNode);

        KubeApiException? refusal = null;
        foreach (var correction in corrections)
        {
            try
            {
                await WriteAsync(correction, cancellation);
            }
            catch (KubeApiException refused)
            {
                refusal = refused;
            }
        }

        if (refusal is not null)
        {
            throw refusal;
        }
    }

    private async Task WriteAsync(PromiseCorrection correction, CancellationToken cancellation)
    {
        var pod = correction.Pod;
        var patch = new JsonObject
        {
            ["metadata"] = new JsonObject { ["uid"] = pod.Uid, ["annotations"] = new JsonObject { [NosKeys.Slices] = correction.Promise } },
        };
        try
        {
            await client.PatchAsync(KubeResources.Pods, pod.Namespace, pod.Name, patch, cancellation);
            LogCorrected(pod.Namespace, pod.Name, pod.NodeName, correction.Promise ?? "nothing");
        }
        catch (KubeApiException gone) when (gone.IsNotFound)
        {
            // The informer will tell.
        }
    }

    [LoggerMessage(EventId = 404, Level = LogLevel.Information, Message = "{Ns}/{Pod} on {Node} has not what its promise said; it says {Truth} now")]
    private partial void LogCorrected(string ns, string pod, string? node, string truth);
}
