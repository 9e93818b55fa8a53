using System.Threading.Channels;
using Nos.Scheduling.Cluster.Api;

namespace Nos.Scheduling.Server.Controllers;

/// <summary>Reconciles each node that changed, a few at a time; one that fails is tried again with growing pauses and stops no other.</summary>
/// <param name="name">The loop's, for metrics and logs.</param>
/// <param name="reconcile">Reconciles one node.</param>
/// <param name="time">The clock of the pauses.</param>
/// <param name="logger">Told of failures.</param>
internal sealed partial class NodeLoop(string name, Func<string, CancellationToken, Task> reconcile, TimeProvider time, ILogger<NodeLoop> logger)
{
    private const int Workers = 4;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private readonly Channel<string> queue = Channel.CreateUnbounded<string>();
    private readonly HashSet<string> waiting = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> failures = new(StringComparer.Ordinal);
    private long failedRounds;

    /// <summary>The loop's name, and how often it failed since the beginning.</summary>
    internal (string Name, long Failures) Errors => (name, Interlocked.Read(ref failedRounds));

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
                await reconcile(node, cancellation);
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
        Interlocked.Increment(ref failedRounds);
        int count;
        lock (waiting)
        {
            failures[node] = count = failures.GetValueOrDefault(node) + 1;
        }

        // A conflict is everyday: the agent wrote its status in between, and the informer will say so.
        if (problem is not KubeApiException { IsConflict: true })
        {
            LogFailed(name, node, problem.Message);
        }

        var pause = TimeSpan.FromTicks(Math.Min(LongestPause.Ticks, FirstPause.Ticks << Math.Min(count - 1, 20)));
        _ = Task.Delay(pause, time, cancellation).ContinueWith(_ => Enqueue(node), cancellation, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
    }

    [LoggerMessage(EventId = 402, Level = LogLevel.Warning, Message = "Loop {Loop} failed on {Node}, which is tried again: {Reason}")]
    private partial void LogFailed(string loop, string node, string reason);
}
