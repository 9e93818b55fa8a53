using System.Globalization;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.State;

namespace Nos.Scheduling.Server.Controllers;

/// <summary>
/// Wakes the scheduling queue when slices become free while pods wait for some: the label <c>nos.nebuly.com/freed</c> of one node is bumped, at most once
/// a second over the cluster. Extenders cannot ask to be called again; a changed node label makes every version of kube-scheduler try again.
/// </summary>
internal sealed partial class WakeUpLoop(KubeClient client, ClusterState state, TimeProvider time, ILogger<WakeUpLoop> logger)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Channel<string> signals = Channel.CreateBounded<string>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });

    /// <summary>Looks at a change of a node. Quick, called under the state's lock.</summary>
    internal void Look(NodeChange change)
    {
        if (NodeRoomGained.In(change))
        {
            signals.Writer.TryWrite(change.Name);
        }
    }

    internal async Task RunAsync(CancellationToken cancellation)
    {
        await foreach (var node in signals.Reader.ReadAllAsync(cancellation))
        {
            if (state.AnySlicePodWaits())
            {
                await WakeAsync(node, cancellation);
                await Task.Delay(Pause, time, cancellation);
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
