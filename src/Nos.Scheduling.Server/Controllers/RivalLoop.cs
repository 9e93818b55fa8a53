using System.Threading.Channels;
using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Cluster.Leading;

namespace Nos.Scheduling.Server.Controllers;

/// <summary>
/// Says so where another leader, by another Lease, writes GpuNodes: in the log and in an event, at most once a minute, and by signing the GpuNode, so that
/// the other one notices us, too. Nothing is doubled meanwhile: specs are written by compare-and-swap, and a bind goes by the spec.
/// </summary>
/// <param name="client">The leader's client.</param>
/// <param name="rivals">Notices them.</param>
/// <param name="author">Signs.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Told of rivals.</param>
internal sealed partial class RivalLoop(KubeClient client, RivalWatch rivals, Author author, TimeProvider time, ILogger<RivalLoop> logger)
{
    private static readonly TimeSpan Pace = TimeSpan.FromMinutes(1);

    private readonly Channel<(Rival Rival, GpuNodeDocument Node)> seen =
        Channel.CreateBounded<(Rival, GpuNodeDocument)>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });

    /// <summary>Looks at GpuNodes as they are now. Quick.</summary>
    /// <returns>Whether a rival wrote one.</returns>
    internal bool Look(IReadOnlyList<GpuNodeDocument> gpuNodes)
    {
        var any = false;
        foreach (var gpuNode in gpuNodes)
        {
            if (rivals.See(gpuNode) is { } rival)
            {
                any = true;
                seen.Writer.TryWrite((rival, gpuNode));
            }
        }

        return any;
    }

    internal async Task RunAsync(CancellationToken cancellation)
    {
        await foreach (var (rival, node) in seen.Reader.ReadAllAsync(cancellation))
        {
            LogRival(rival.Sentence);
            try
            {
                await client.CreateAsync(KubeResources.Events, "default", EventOf(rival, node.Metadata.Uid), cancellation);
                await client.PatchAsync(KubeResources.GpuNodes, null, rival.Node, author.SigningPatch(), cancellation);
            }
            catch (KubeApiException failure)
            {
                LogUntold(rival.Node, failure.Message);
            }

            await Task.Delay(Pace, time, cancellation);
        }
    }

    /// <summary>Events of objects without a namespace live in <c>default</c>.</summary>
    private EventDocument EventOf(Rival rival, string? uid) => new()
    {
        Metadata = new ObjectMeta { GenerateName = $"{rival.Node}." },
        InvolvedObject = new ObjectReference { ApiVersion = KubeResources.GpuNodes.ApiVersion, Kind = KubeResources.GpuNodes.Kind, Name = rival.Node, Uid = uid },
        Type = "Warning",
        Reason = "TwoLeaders",
        Message = rival.Sentence,
        Source = new EventSource { Component = "nos-scheduling-server" },
        FirstTimestamp = time.GetUtcNow(),
        LastTimestamp = time.GetUtcNow(),
        Count = 1,
    };

    [LoggerMessage(EventId = 406, Level = LogLevel.Error, Message = "There are {Sentence}")]
    private partial void LogRival(string sentence);

    [LoggerMessage(EventId = 407, Level = LogLevel.Warning, Message = "That GpuNode {Node} has two leaders could not be told there: {Reason}")]
    private partial void LogUntold(string node, string reason);
}
