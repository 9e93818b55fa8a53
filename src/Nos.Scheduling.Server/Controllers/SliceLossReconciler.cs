using System.Collections.Concurrent;
using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.State;

namespace Nos.Scheduling.Server.Controllers;

/// <summary>
/// Sends pods away whose slice is no more, by the Eviction API: their controllers make them anew, with slices that exist. Budgets are asked, though the pod
/// can do nothing without its GPU; when <paramref name="grace"/> is over it is deleted, as victims of a reclaim are.
/// </summary>
/// <param name="client">The leader's client.</param>
/// <param name="state">What is known of the cluster.</param>
/// <param name="tell">Tells people who look at a pod.</param>
/// <param name="again">Has a node looked at again after a while.</param>
/// <param name="grace">How long a budget may hold it up, counted from when this leader asked first; zero: for ever.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Told of evictions.</param>
internal sealed partial class SliceLossReconciler(
    KubeClient client, ClusterState state, Action<PodEvent> tell, Action<string, TimeSpan> again, TimeSpan grace, TimeProvider time, ILogger<SliceLossReconciler> logger)
{
    /// <summary>The event's reason.</summary>
    internal const string Reason = "SliceLost";

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    /// <summary>By uid since when a budget holds the pod. Nodes are reconciled side by side.</summary>
    private readonly ConcurrentDictionary<string, DateTimeOffset> held = new(StringComparer.Ordinal);

    /// <summary>One node: gather, decide, act. Safe to repeat at any time; a pod that cannot be evicted stops no other.</summary>
    /// <exception cref="KubeApiException">The server refused one of them for another reason than a budget; to be tried again.</exception>
    internal async Task ReconcileAsync(string node, CancellationToken cancellation)
    {
        if (!SliceLossPlan.IsDue(state.FindGpuNode(node)))
        {
            return;
        }

        var (pods, gpuNode) = state.FindBound(node);

        var losers = SliceLossPlan.Of(pods, gpuNode);

        KubeApiException? refusal = null;
        foreach (var loser in losers)
        {
            try
            {
                await EvictAsync(loser, node, cancellation);
            }
            catch (KubeApiException refused)
            {
                refusal = refused;
            }
        }

        foreach (var uid in held.Keys.Where(uid => state.FindPod(uid) is null or { HasEnded: true }).ToList())
        {
            held.TryRemove(uid, out _);
        }

        if (refusal is not null)
        {
            throw refusal;
        }
    }

    private async Task EvictAsync(SliceLoser loser, string node, CancellationToken cancellation)
    {
        var (pod, budget) = (loser.Pod, "");
        var answer = await client.EvictAsync(pod.Namespace, pod.Name, pod.Uid, cancellation);
        if (answer.Outcome == EvictionOutcome.Gone)
        {
            // The informer will tell.
            return;
        }

        tell(new PodEvent(pod.Namespace, pod.Name, pod.Uid, Reason, $"{loser.Why} The pod is evicted.", IsWarning: true));
        if (answer.Outcome == EvictionOutcome.BlockedByBudget)
        {
            if (grace <= TimeSpan.Zero || time.GetUtcNow() - held.GetOrAdd(pod.Uid, time.GetUtcNow()) < grace)
            {
                again(node, answer.RetryAfter is { } asked && asked > Pause ? asked : Pause);
                return;
            }

            budget = $" Its disruption budget has held this up for {grace} and is passed over now: {answer.Message}";
            await client.DeleteAsync(KubeResources.Pods, pod.Namespace, pod.Name, cancellation, uid: pod.Uid);
        }

        held.TryRemove(pod.Uid, out _);
        LogEvicted(pod.Namespace, pod.Name, loser.Why, budget);
    }

    [LoggerMessage(EventId = 721, Level = LogLevel.Information, Message = "{Ns}/{Pod} is evicted. {Why}{Budget}")]
    private partial void LogEvicted(string ns, string pod, string why, string budget);
}
