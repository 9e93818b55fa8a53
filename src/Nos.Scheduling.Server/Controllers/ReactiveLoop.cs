using System.Threading.Channels;
using Nos.Scheduling.Cluster.State;
using Nos.Scheduling.Planning;

namespace Nos.Scheduling.Server.Controllers;

/// <summary>Gathers pods for <see cref="ReactivePartitioner"/> into batches, and lets it try again when slices free up.</summary>
/// <param name="partitioner">Plans and cuts.</param>
/// <param name="idle">A batch is planned for when nobody came for so long, …</param>
/// <param name="timeout">… and at this age whoever comes.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Told of failures.</param>
internal sealed partial class ReactiveLoop(ReactivePartitioner partitioner, TimeSpan idle, TimeSpan timeout, TimeProvider time, ILogger<ReactiveLoop> logger)
{
    /// <summary>What stands in a batch for slices that became free; no pod's uid.</summary>
    private const string Room = "room";

    private static readonly TimeSpan ReviewEvery = TimeSpan.FromSeconds(1);

    /// <summary>The least time after which pods that stay out are planned for again though nothing told of anything new.</summary>
    private static readonly TimeSpan ShortestAgain = TimeSpan.FromSeconds(5);

    private readonly Channel<string> signals = Channel.CreateUnbounded<string>();
    private PodBatch batch = PodBatch.Empty;
    private Task coming = Task.CompletedTask;
    private DateTimeOffset? again;
    private long failures;

    /// <summary>The loop's name, and how often it failed since the beginning.</summary>
    internal (string Name, long Failures) Errors => ("reactive", Interlocked.Read(ref failures));

    /// <summary>Pods came or changed. Quick.</summary>
    internal void Look(IReadOnlyList<PodRecord> pods)
    {
        foreach (var pod in pods)
        {
            if (partitioner.Wants(pod))
            {
                signals.Writer.TryWrite(pod.Uid);
            }
        }
    }

    /// <summary>A node has changed. Quick, called under the state's lock.</summary>
    internal void Look(NodeChange change)
    {
        if (NodeRoomGained.In(change))
        {
            signals.Writer.TryWrite(Room);
        }
    }

    internal async Task RunAsync(CancellationToken cancellation)
    {
        // Who waited before the term began is planned for as well.
        batch = batch.Add(Room, time.GetUtcNow());
        while (true)
        {
            await WaitAsync(cancellation);
            Gather();
            try
            {
                await StepAsync(cancellation);
            }
            catch (Exception problem) when (problem is not OperationCanceledException || !cancellation.IsCancellationRequested)
            {
                Interlocked.Increment(ref failures);
                LogFailed(problem.Message);
                again = time.GetUtcNow() + ShortestAgain;
            }
        }
    }

    /// <summary>Until somebody comes, or something is due.</summary>
    private async Task WaitAsync(CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        DateTimeOffset?[] dues = [batch.DueAt(idle, timeout), again, partitioner.IsWatching ? now + ReviewEvery : null];
        coming = coming.IsCompleted ? signals.Reader.WaitToReadAsync(cancellation).AsTask() : coming;
        if (dues.Min() is not { } due)
        {
            await coming;
        }
        else if (due > now)
        {
            using var woken = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            await Task.WhenAny(coming, Task.Delay(due - now, time, woken.Token));
            await woken.CancelAsync();
            cancellation.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Slices that become free matter only while somebody waits for some.</summary>
    private void Gather()
    {
        var now = time.GetUtcNow();
        while (signals.Reader.TryRead(out var uid))
        {
            if (uid != Room || again is not null)
            {
                batch = batch.Add(uid, now);
            }
        }
    }

    private async Task StepAsync(CancellationToken cancellation)
    {
        if (partitioner.IsWatching && await partitioner.ReviewAsync(cancellation))
        {
            batch = batch.Add(Room, time.GetUtcNow());
        }

        var now = time.GetUtcNow();
        if (now < (batch.DueAt(idle, timeout) ?? DateTimeOffset.MaxValue) && now < (again ?? DateTimeOffset.MaxValue))
        {
            return;
        }

        batch = PodBatch.Empty;
        again = await partitioner.RoundAsync(cancellation) ? time.GetUtcNow() + (timeout > ShortestAgain ? timeout : ShortestAgain) : null;
    }

    [LoggerMessage(EventId = 422, Level = LogLevel.Warning, Message = "Planning for pods that a scheduler found no node for failed and is tried again: {Reason}")]
    private partial void LogFailed(string reason);
}
