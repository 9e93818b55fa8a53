using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Documents;

namespace Nos.Scheduling.Server.Embedded;

/// <summary>
/// Plays kube-scheduler in the embedded cluster: one pod after the other through filter, prioritize and bind, over HTTP through the production
/// endpoints; binds run side by side. A pod that fits nowhere waits until a node's label changes or a pod goes.
/// </summary>
/// <param name="client">The embedded API server.</param>
/// <param name="http">Its base address is the server's plain port.</param>
/// <param name="logger">Told of failures.</param>
/// <param name="time">The clock.</param>
internal sealed partial class EmbeddedScheduler(KubeClient client, HttpClient http, ILogger<EmbeddedScheduler> logger, TimeProvider time)
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    private readonly Channel<PodDocument> queue = Channel.CreateUnbounded<PodDocument>();
    private readonly ConcurrentDictionary<string, PodDocument> unschedulable = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, byte> known = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string?> nodes = new(StringComparer.Ordinal);

    internal async Task RunAsync(CancellationToken cancellation)
    {
        var nodeInformer = new Informer<NodeDocument>(client, KubeResources.Nodes, Hear, logger, time);
        var podInformer = new Informer<PodDocument>(client, KubeResources.Pods, Hear, logger, time);
        await Task.WhenAll(
            nodeInformer.RunAsync(cancellation), podInformer.RunAsync(cancellation), RetryAsync(cancellation), ScheduleAsync(nodeInformer.Synced, cancellation));
    }

    private void Hear(InformerEvent<NodeDocument> change)
    {
        foreach (var node in change.Changed)
        {
            var freed = node.Metadata.Label(NosKeys.Freed);
            if (!nodes.TryGetValue(node.Metadata.Name, out var before) || before != freed)
            {
                nodes[node.Metadata.Name] = freed;
                WakeAll();
            }
        }
    }

    private void Hear(InformerEvent<PodDocument> change)
    {
        foreach (var pod in change.Deleted)
        {
            known.TryRemove(pod.Metadata.Uid ?? "", out _);
            unschedulable.TryRemove(pod.Metadata.Uid ?? "", out _);
        }

        foreach (var pod in change.Changed)
        {
            if (string.IsNullOrEmpty(pod.Spec.NodeName) && pod.Metadata.Uid is { } uid && pod.Metadata.DeletionTimestamp is null && known.TryAdd(uid, 0))
            {
                queue.Writer.TryWrite(pod);
            }
        }

        if (change.Deleted.Count > 0)
        {
            WakeAll();
        }
    }

    private void WakeAll()
    {
        foreach (var uid in unschedulable.Keys)
        {
            if (unschedulable.TryRemove(uid, out var pod))
            {
                queue.Writer.TryWrite(pod);
            }
        }
    }

    private async Task RetryAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(RetryAfter, time);
        while (await timer.WaitForNextTickAsync(cancellation))
        {
            WakeAll();
        }
    }

    private async Task ScheduleAsync(Task nodesSynced, CancellationToken cancellation)
    {
        await nodesSynced.WaitAsync(cancellation);
        await foreach (var pod in queue.Reader.ReadAllAsync(cancellation))
        {
            try
            {
                await ScheduleAsync(pod, cancellation);
            }
            catch (Exception problem) when (problem is HttpRequestException or KubeApiException or JsonException)
            {
                LogFailed(pod.Metadata.Namespace, pod.Metadata.Name, problem.Message);
                unschedulable[pod.Metadata.Uid!] = pod;
            }
        }
    }

    private async Task ScheduleAsync(PodDocument pod, CancellationToken cancellation)
    {
        var args = new JsonObject
        {
            ["Pod"] = JsonSerializer.SerializeToNode(pod, KubeJson.Default.PodDocument),
            ["Nodes"] = null,
            ["NodeNames"] = new JsonArray([.. nodes.Keys.Order(StringComparer.Ordinal).Select(name => JsonValue.Create(name))]),
        };
        var filtered = await PostAsync("scheduler/filter", args, cancellation);
        var feasible = (filtered["NodeNames"] as JsonArray ?? []).Select(name => (string)name!).ToArray();
        if (feasible.Length == 0)
        {
            await WaitAsync(pod, filtered, cancellation);
            return;
        }

        args["NodeNames"] = new JsonArray([.. feasible.Select(name => JsonValue.Create(name))]);
        var node = feasible.Length == 1 ? feasible[0] : Best(await PostAsync("scheduler/prioritize", args, cancellation));
        _ = BindAsync(pod, node, cancellation);
    }

    private static string Best(JsonNode priorities) => (string)priorities.AsArray()
        .OrderByDescending(priority => (int)priority!["Score"]!)
        .ThenBy(priority => (string)priority!["Host"]!, StringComparer.Ordinal)
        .First()!["Host"]!;

    private async Task BindAsync(PodDocument pod, string node, CancellationToken cancellation)
    {
        try
        {
            var args = new JsonObject
            {
                ["PodName"] = pod.Metadata.Name,
                ["PodNamespace"] = pod.Metadata.Namespace,
                ["PodUID"] = pod.Metadata.Uid,
                ["Node"] = node,
            };
            var reply = await PostAsync("scheduler/bind", args, cancellation);
            if ((string?)reply["Error"] is { Length: > 0 } error)
            {
                LogFailed(pod.Metadata.Namespace, pod.Metadata.Name, error);
                unschedulable[pod.Metadata.Uid!] = pod;
            }
        }
        catch (Exception problem) when (problem is HttpRequestException or JsonException || (problem is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            LogFailed(pod.Metadata.Namespace, pod.Metadata.Name, problem.Message);
            unschedulable[pod.Metadata.Uid!] = pod;
        }
    }

    /// <summary>Says in the pod's condition why it waits, as kube-scheduler does, and keeps it until something changes.</summary>
    private async Task WaitAsync(PodDocument pod, JsonNode filtered, CancellationToken cancellation)
    {
        var reasons = (filtered["FailedNodes"] as JsonObject ?? []).GroupBy(failed => (string)failed.Value!).OrderBy(group => group.Key, StringComparer.Ordinal);
        var message = $"0/{nodes.Count} nodes are available: {string.Join(", ", reasons.Select(group => $"{group.Count()} {group.Key}"))}.";
        unschedulable[pod.Metadata.Uid!] = pod;
        if (pod.Status.Conditions?.Any(condition => condition.Message == message) ?? false)
        {
            return;
        }

        var patch = new JsonObject
        {
            ["status"] = new JsonObject
            {
                ["conditions"] = new JsonArray(new JsonObject
                {
                    ["type"] = "PodScheduled", ["status"] = "False", ["reason"] = "Unschedulable", ["message"] = message,
                }),
            },
        };
        await client.PatchAsync(KubeResources.Pods, pod.Metadata.Namespace, pod.Metadata.Name, patch, cancellation, "status");
    }

    private async Task<JsonNode> PostAsync(string verb, JsonNode body, CancellationToken cancellation)
    {
        using var response = await http.PostAsJsonAsync(verb, body, cancellation);
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadFromJsonAsync<JsonNode>(cancellation) ?? new JsonObject();
    }

    [LoggerMessage(EventId = 601, Level = LogLevel.Warning, Message = "{Ns}/{Pod} is tried again: {Reason}")]
    private partial void LogFailed(string? ns, string pod, string reason);
}
