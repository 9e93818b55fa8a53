using System.Threading.Channels;
using Nos.Scheduling.Cluster.State;

namespace Nos.Scheduling.Server.Controllers;

/// <summary>Lets <see cref="Reclaimer"/> have a round soon after anything changed that may matter to it, and every second while something is under way.</summary>
/// <param name="reclaimer">Decides and acts.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Told of failures.</param>
internal sealed partial class ReclaimLoop(Reclaimer reclaimer, TimeProvider time, ILogger<ReclaimLoop> logger)
{
    /// <summary>What comes together is looked at together.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private readonly Channel<bool> signals = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });
    private long failures;

    /// <summary>The loop's name, and how often it failed since the beginning.</summary>
    internal (string Name, long Failures) Errors => ("reclaim", Interlocked.Read(ref failures));

    /// <summary>Pods came or changed. Quick.</summary>
    internal void Look(IReadOnlyList<PodRecord> pods)
    {
        foreach (var pod in pods)
        {
            if (pod.IsTerminating || pod.HasEnded || pod is { IsWaiting: true, Unschedulable: not null })
            {
                signals.Writer.TryWrite(true);
                return;
            }
        }
    }

    /// <summary>A node has changed. Quick, called under the state's lock.</summary>
    internal void Look(NodeChange change)
    {
        if (change.After is { IsClaimed: true } || change.Before is { IsClaimed: true })
        {
            signals.Writer.TryWrite(true);
        }
    }

    /// <summary>A quota came, went or says something else: who was refused may be entitled now. Quick.</summary>
    internal void QuotaChanged()
    {
        reclaimer.Hurry();
        signals.Writer.TryWrite(true);
    }

    internal async Task RunAsync(CancellationToken cancellation)
    {
        var isBusy = true;
        while (true)
        {
            await WaitAsync(isBusy, cancellation);
            try
            {
                isBusy = await reclaimer.RoundAsync(cancellation);
            }
            catch (Exception problem) when (problem is not OperationCanceledException || !cancellation.IsCancellationRequested)
            {
                Interlocked.Increment(ref failures);
                LogFailed(problem.Message);
                isBusy = true;
            }
        }
    }

    private async Task WaitAsync(bool isBusy, CancellationToken cancellation)
    {
        if (isBusy)
        {
            using var due = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            await Task.WhenAny(signals.Reader.WaitToReadAsync(due.Token).AsTask(), Task.Delay(Period, time, due.Token));
            await due.CancelAsync();
            cancellation.ThrowIfCancellationRequested();
        }
        else
        {
            await signals.Reader.WaitToReadAsync(cancellation);
        }

        await Task.Delay(Pause, time, cancellation);
        signals.Reader.TryRead(out _);
    }

    [LoggerMessage(EventId = 485, Level = LogLevel.Warning, Message = "Making room for pods that are entitled to it failed and is tried again: {Reason}")]
    private partial void LogFailed(string reason);
}
