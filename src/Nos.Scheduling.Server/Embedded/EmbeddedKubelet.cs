using System.Text.Json.Nodes;
using System.Threading.Channels;
using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Documents;

namespace Nos.Scheduling.Server.Embedded;

/// <summary>Plays kubelet's other half in the embedded cluster: bound pods run, and deleted ones are gone at once.</summary>
internal sealed partial class EmbeddedKubelet(KubeClient client, ILogger<EmbeddedKubelet> logger, TimeProvider time)
{
    private readonly Channel<PodDocument> queue = Channel.CreateUnbounded<PodDocument>();

    internal async Task RunAsync(CancellationToken cancellation)
    {
        var informer = new Informer<PodDocument>(client, KubeResources.Pods, Hear, logger, time);
        await Task.WhenAll(informer.RunAsync(cancellation), WorkAsync(cancellation));
    }

    private void Hear(InformerEvent<PodDocument> change)
    {
        foreach (var pod in change.Changed)
        {
            if (!string.IsNullOrEmpty(pod.Spec.NodeName) && (pod.Metadata.DeletionTimestamp is not null || pod.Status.Phase is null or "Pending"))
            {
                queue.Writer.TryWrite(pod);
            }
        }
    }

    private async Task WorkAsync(CancellationToken cancellation)
    {
        await foreach (var pod in queue.Reader.ReadAllAsync(cancellation))
        {
            try
            {
                await PlayAsync(pod, cancellation);
            }
            catch (KubeApiException problem) when (!problem.IsNotFound)
            {
                LogFailed(pod.Metadata.Namespace, pod.Metadata.Name, problem.Message);
            }
            catch (KubeApiException)
            {
                // It went while we looked.
            }
        }
    }

    private Task PlayAsync(PodDocument pod, CancellationToken cancellation) => pod.Metadata.DeletionTimestamp is not null
        ? client.DeleteAsync(KubeResources.Pods, pod.Metadata.Namespace, pod.Metadata.Name, cancellation, pod.Metadata.Uid, gracePeriodSeconds: 0)
        : client.PatchAsync(
            KubeResources.Pods, pod.Metadata.Namespace, pod.Metadata.Name,
            new JsonObject { ["status"] = new JsonObject { ["phase"] = "Running" } }, cancellation, "status");

    [LoggerMessage(EventId = 602, Level = LogLevel.Warning, Message = "{Ns}/{Pod} could not be played: {Reason}")]
    private partial void LogFailed(string? ns, string pod, string reason);
}
