using System.Threading.Channels;
using Nos.Scheduling.Cluster.Api;

namespace Nos.Scheduling.Server.Controllers;

/// <summary>
/// Reconciles what changed, a few keys at a time and each by one worker only; one that changes all the time has a rest in between, one that fails is
/// tried again with growing pauses, and stops no other.
/// </summary>
/// <param name="what">The loop's name, for logs.</param>
/// <param name="reconcile">Reconciles one.</param>
/// <param name="rest">How long one is left alone after it was looked at; zero: not at all.</param>
/// <param name="time">The clock of the pauses.</param>
/// <param name="logger">Told of failures.</param>
internal sealed partial class KeyedLoop<TKey>(string what, Func<TKey, CancellationToken, Task> reconcile, TimeSpan rest, TimeProvider time, ILogger logger)
    where TKey : notnull
{
    private const int Workers = 4;

    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private readonly Channel<TKey> queue = Channel.CreateUnbounded<TKey>();

    /// <summary>Keys that wait, run or rest; whether they have changed again since they were looked at.</summary>
    private readonly Dictionary<TKey, bool> busy = [];

    private readonly Dictionary<TKey, int> failures = [];
    private long failedRounds;

    /// <summary>The loop's name, and how often it failed since the beginning.</summary>
    internal (string Name, long Failures) Errors => (what, Interlocked.Read(ref failedRounds));

    /// <summary>It has changed. Quick, and safe to call under any lock.</summary>
    internal void Enqueue(TKey key)
    {
        lock (busy)
        {
            if (busy.TryAdd(key, false))
            {
                queue.Writer.TryWrite(key);
            }
            else
            {
                busy[key] = true;
            }
        }
    }

    /// <summary>It is to be looked at after a while, changed or not. Quick.</summary>
    internal void EnqueueAfter(TKey key, TimeSpan pause, CancellationToken cancellation) => After(pause, () => Enqueue(key), cancellation);

    internal Task RunAsync(CancellationToken cancellation) => Task.WhenAll(Enumerable.Range(0, Workers).Select(_ => WorkAsync(cancellation)));

    private async Task WorkAsync(CancellationToken cancellation)
    {
        await foreach (var key in queue.Reader.ReadAllAsync(cancellation))
        {
            lock (busy)
            {
                busy[key] = false;
            }

            try
            {
                await reconcile(key, cancellation);
                lock (busy)
                {
                    failures.Remove(key);
                }
            }
            catch (Exception problem) when (problem is not OperationCanceledException || !cancellation.IsCancellationRequested)
            {
                Retry(key, problem, cancellation);
            }

            After(rest, () => Wake(key), cancellation);
        }
    }

    private void Wake(TKey key)
    {
        lock (busy)
        {
            if (busy[key])
            {
                queue.Writer.TryWrite(key);
            }
            else
            {
                busy.Remove(key);
            }
        }
    }

    private void Retry(TKey key, Exception problem, CancellationToken cancellation)
    {
        Interlocked.Increment(ref failedRounds);
        int count;
        lock (busy)
        {
            failures[key] = count = failures.GetValueOrDefault(key) + 1;
        }

        // A conflict is everyday: somebody wrote it in between, and an informer will say so.
        if (problem is not KubeApiException { IsConflict: true })
        {
            LogFailed(what, $"{key}", problem.Message);
        }

        var first = rest > ShortestPause ? rest : ShortestPause;
        After(TimeSpan.FromTicks(Math.Min(LongestPause.Ticks, first.Ticks << Math.Min(count - 1, 20))), () => Enqueue(key), cancellation);
    }

    private void After(TimeSpan pause, Action then, CancellationToken cancellation) =>
        Task.Delay(pause, time, cancellation).ContinueWith(_ => then(), cancellation, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);

    [LoggerMessage(EventId = 411, Level = LogLevel.Warning, Message = "Loop {Loop} failed on {Key}, which is tried again: {Reason}")]
    private partial void LogFailed(string loop, string key, string reason);
}
