using Nos.Scheduling.Fitting;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.State;

namespace Nos.Scheduling.Server.Controllers;

/// <summary>
/// Wakes the scheduling queue when slices become free while pods wait for some, when a bind came to nothing, and when a quota has changed: the label <c>nos.nebuly.com/freed</c> of one
/// node is bumped, at most once a second over the cluster. Extenders cannot ask to be called again; a changed node label makes every version of
/// kube-scheduler try again, where old ones put a pod whose bind failed aside for a minute.
/// </summary>
/// <remarks>
/// A new term wakes it in any case, again and again for a while: pods that the scheduler brought to nobody, or to one who did not lead, are put aside as those
/// are that fit nowhere, and calls that hang on a dead leader end only after the scheduler's own time-out.
/// </remarks>
/// <param name="client">Writes the label.</param>
/// <param name="state">What is known of the cluster.</param>
/// <param name="bindWait">How long a bind may wait for its slices.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Told of labels that could not be written.</param>
internal sealed partial class WakeUpLoop(KubeClient client, ClusterState state, TimeSpan bindWait, TimeProvider time, ILogger<WakeUpLoop> logger)
{
    /// <summary>Stands for whichever node there is; no node's name.</summary>
    private const string AnyNode = "";

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan BeginningPause = TimeSpan.FromSeconds(2);

    /// <summary>Longer than a bind's wait and the time-out that <c>kubectl nos scheduler-config</c> makes of it, and than a Service takes to follow.</summary>
    private readonly TimeSpan beginning = bindWait + TimeSpan.FromSeconds(20);

    private readonly Channel<string> signals = Channel.CreateBounded<string>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });

    /// <summary>Looks at a change of a node. Quick, called under the state's lock.</summary>
    internal void Look(NodeChange change)
    {
        if (NodeRoomGained.In(change))
        {
            signals.Writer.TryWrite(change.Name);
        }
    }

    /// <summary>A bind came to nothing, or its caller hung up: its pod is put aside. Quick.</summary>
    /// <param name="node">Where the pod was to go; any node would do.</param>
    internal void BindFailed(string node) => signals.Writer.TryWrite(node);

    /// <summary>A quota came, went or says something else: pods that it refused may go now. Quick.</summary>
    internal void QuotaChanged() => signals.Writer.TryWrite(AnyNode);

    internal async Task RunAsync(CancellationToken cancellation)
    {
        await BeginAsync(cancellation);
        await foreach (var signal in signals.Reader.ReadAllAsync(cancellation))
        {
            if (AnyJudgedPodWaits() && (signal == AnyNode ? FindNode() : signal) is { } node)
            {
                await WakeAsync(node, cancellation);
                await Task.Delay(Pause, time, cancellation);
            }
        }
    }

    /// <summary>Pods without slices wait for us only where there are quotas.</summary>
    private bool AnyJudgedPodWaits() => state.AnySlicePodWaits() || (!state.Ledger.Quotas.IsEmpty && state.AnyPodWaits());

    private string? FindNode() => (state.Current.Nodes.FirstOrDefault(node => node.Obstacle == Misfit.None) ?? state.Current.Nodes.FirstOrDefault())?.Name;

    private async Task BeginAsync(CancellationToken cancellation)
    {
        for (var began = time.GetTimestamp(); time.GetElapsedTime(began) < beginning; await Task.Delay(BeginningPause, time, cancellation))
        {
            if (state.AnyPodWaits() && FindNode() is { } node)
            {
                await WakeAsync(node, cancellation);
            }
        }
    }

    private async Task WakeAsync(string node, CancellationToken cancellation)
    {
        try
        {
            var count = time.GetUtcNow().ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
            var patch = new JsonObject { ["metadata"] = new JsonObject { ["labels"] = new JsonObject { [NosKeys.Freed] = count } } };
            await client.PatchAsync(KubeResources.Nodes, null, node, patch, cancellation);
        }
        catch (KubeApiException problem)
        {
            LogFailed(node, problem.Message);
        }
    }

    [LoggerMessage(EventId = 403, Level = LogLevel.Warning, Message = "The scheduling queue could not be woken through node {Node}: {Reason}")]
    private partial void LogFailed(string node, string reason);
}
