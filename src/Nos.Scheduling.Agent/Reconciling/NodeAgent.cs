using Nos.Scheduling.Agent.Reporting;

namespace Nos.Scheduling.Agent.Reconciling;

/// <summary>The agent of one node: reconciles its GPUs, reports, and shows that it is alive. Whatever drives the GPUs.</summary>
/// <param name="node">The node's name.</param>
/// <param name="reconciler">Brings the GPUs to the spec.</param>
/// <param name="reporter">Writes the report.</param>
/// <param name="heartbeat">Renews the Lease.</param>
/// <param name="order">The newest order.</param>
/// <param name="time">The clock.</param>
/// <param name="metrics">Told of rounds that broke off.</param>
/// <param name="logger">Told of rounds that broke off.</param>
internal sealed partial class NodeAgent(
    string node,
    NodeReconciler reconciler,
    StatusReporter reporter,
    Heartbeat heartbeat,
    Func<NodeOrder> order,
    TimeProvider time,
    AgentMetrics metrics,
    ILogger logger)
{
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(5);

    /// <summary>One round: reconcile, report, renew the Lease. A round that hangs renews nothing.</summary>
    /// <returns>When the next is due if nothing happens before.</returns>
    public async Task<DateTimeOffset> RoundAsync(CancellationToken cancellation)
    {
        try
        {
            var view = await ReconcileAsync(cancellation);
            var report = await ReportAsync(view, cancellation);
            await heartbeat.BeatAsync(cancellation);
            return Earliest(heartbeat.Due, report, reconciler.NextRetry);
        }
        catch (Exception broken) when (broken is not OperationCanceledException || !cancellation.IsCancellationRequested)
        {
            // A call that timed out, or a bug: neither may end this node's loop.
            metrics.CountError();
            LogBroken(node, broken);
            return time.GetUtcNow() + Retry;
        }
    }

    private async Task<NodeView> ReconcileAsync(CancellationToken cancellation)
    {
        try
        {
            return await reconciler.RoundAsync(async view => await ReportAsync(view, cancellation), cancellation);
        }
        catch (GpuDriverException silent)
        {
            var troubled = order() with { Trouble = new NodeTrouble(silent.Reason, $"The GPU driver does not answer: {silent.Message}") };
            return new NodeView(
                troubled, NodeGoal.TouchNothing, MachineReading.Nothing, new Dictionary<SlicePlace, SliceUse>(), [], new Dictionary<SlicePlace, SliceFailure>(), new HashSet<SlicePlace>());
        }
    }

    private async Task<DateTimeOffset?> ReportAsync(NodeView view, CancellationToken cancellation) =>
        view.Order.Spec is null ? null : await reporter.ReportAsync(StatusComposer.Compose(view), view.Order.GpuNodeUid, cancellation);

    private static DateTimeOffset Earliest(DateTimeOffset first, params ReadOnlySpan<DateTimeOffset?> others)
    {
        var earliest = first;
        foreach (var other in others)
        {
            earliest = other < earliest ? other.Value : earliest;
        }

        return earliest;
    }

    [LoggerMessage(EventId = 411, Level = LogLevel.Error, Message = "{Node}: the round broke off; the next follows")]
    private partial void LogBroken(string node, Exception exception);
}
