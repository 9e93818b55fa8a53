using System.Threading.Channels;
using Nos.Scheduling.Cluster.Api;

namespace Nos.Scheduling.Server.Controllers;

/// <summary>Reconciles the GpuNode of each node that changed, a few at a time; one that fails is tried again with growing pauses and stops no other.</summary>
internal sealed partial class GpuNodeLoop(GpuNodeReconciler reconciler, TimeProvider time, ILogger<GpuNodeLoop> logger, Action failed)
{
    private const int Workers = 4;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private readonly Channel<string> queue = Channel.CreateUnbounded<string>();
    private readonly HashSet<string> waiting = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> failures = new(StringComparer.Ordinal);

    /// <summary>A node has changed. Quick, and safe to call under any lock.</summary>
    internal void Enqueue(string node)
    {
        lock (waiting)
        {
            if (waiting.Add(node))
            {
                queue.Writer.TryWrite(node);
            }
        }
    }

    internal Task RunAsync(CancellationToken cancellation) =>
        Task.WhenAll(Enumerable.Range(0, Workers).Select(_ => WorkAsync(cancellation)));

    private async Task WorkAsync(CancellationToken cancellation)
    {
        await foreach (var node in queue.Reader.ReadAllAsync(cancellation))
        {
            lock (waiting)
            {
                waiting.Remove(node);
            }

            try
            {
                await reconciler.ReconcileAsync(node, cancellation);
                lock (waiting)
                {
                    failures.Remove(node);
                }
            }
            catch (Exception problem) when (problem is not OperationCanceledException || !cancellation.IsCancellationRequested)
            {
                Retry(node, problem, cancellation);
            }
        }
    }

    private void Retry(string node, Exception problem, CancellationToken cancellation)
    {
        failed();
        int count;
        lock (waiting)
        {
            failures[node] = count = failures.GetValueOrDefault(node) + 1;
        }

        // A conflict is everyday: the agent wrote its status in between, and the informer will say so.
        if (problem is not KubeApiException { IsConflict: true })
        {
            LogFailed(node, problem.Message);
        }

        var pause = TimeSpan.FromTicks(Math.Min(LongestPause.Ticks, FirstPause.Ticks << Math.Min(count - 1, 20)));
        _ = Task.Delay(pause, time, cancellation).ContinueWith(_ => Enqueue(node), cancellation, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
    }

    [LoggerMessage(EventId = 402, Level = LogLevel.Warning, Message = "GpuNode {Node} could not be reconciled and is tried again: {Reason}")]
    private partial void LogFailed(string node, string reason);
}
