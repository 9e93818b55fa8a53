using System.Text.Json.Nodes;
using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.State;

namespace Nos.Scheduling.Server.Controllers;

/// <summary>Keeps the annotations of nodes that <see cref="NodeAnnotations"/> decides about: in rounds, so that each node is written at most once in ten seconds.</summary>
/// <remarks>
/// In rounds also because a changed annotation makes newer schedulers try waiting pods again: better all at one time than one after the other. What a
/// round leaves undone comes first in the next.
/// </remarks>
internal sealed partial class NodeAnnotationLoop(KubeClient client, ClusterState state, TimeProvider time, ILogger<NodeAnnotationLoop> logger)
{
    /// <summary>Writes of one round: half a minute's patience for a cluster of thousands of busy nodes, and no burden for its API server.</summary>
    private const int MostWrites = 500;

    private const int AtOnce = 4;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    private readonly Queue<string> queue = new();
    private readonly HashSet<string> waiting = new(StringComparer.Ordinal);
    private long failures;

    /// <summary>The loop's name, and how often it failed since the beginning.</summary>
    internal (string Name, long Failures) Errors => ("node-annotations", Interlocked.Read(ref failures));

    /// <summary>A node has changed. Quick, and safe to call under any lock.</summary>
    internal void Enqueue(string node)
    {
        lock (queue)
        {
            if (waiting.Add(node))
            {
                queue.Enqueue(node);
            }
        }
    }

    internal async Task RunAsync(CancellationToken cancellation)
    {
        while (true)
        {
            await RoundAsync(cancellation);
            await Task.Delay(Pause, time, cancellation);
        }
    }

    private async Task RoundAsync(CancellationToken cancellation)
    {
        var patches = Next();

        var refused = 0;
        await Parallel.ForEachAsync(patches, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation }, async (patch, token) =>
        {
            try
            {
                await client.PatchAsync(KubeResources.Nodes, null, patch.Node, patch.Patch, token);
            }
            catch (KubeApiException problem) when (!problem.IsNotFound)
            {
                Enqueue(patch.Node);
                Interlocked.Increment(ref failures);
                if (Interlocked.Increment(ref refused) == 1)
                {
                    LogFailed(patch.Node, problem.Message);
                }
            }
            catch (KubeApiException)
            {
                // The node is gone; the informer tells.
            }
        });
    }

    /// <summary>The patches of this round, in the order in which the nodes changed.</summary>
    private List<(string Node, JsonObject Patch)> Next()
    {
        var patches = new List<(string, JsonObject)>();
        while (patches.Count < MostWrites && Dequeue() is { } name)
        {
            if (state.FindDocuments(name) is ({ } node, var gpuNode) && NodeAnnotations.Patch(node, gpuNode) is { } patch)
            {
                patches.Add((name, patch));
            }
        }

        return patches;
    }

    private string? Dequeue()
    {
        lock (queue)
        {
            if (queue.TryDequeue(out var node))
            {
                waiting.Remove(node);
            }

            return node;
        }
    }

    [LoggerMessage(EventId = 405, Level = LogLevel.Warning, Message = "The annotations of {Node} could not be written and are tried again: {Reason}. Others of this round that failed are not named")]
    private partial void LogFailed(string node, string reason);
}
