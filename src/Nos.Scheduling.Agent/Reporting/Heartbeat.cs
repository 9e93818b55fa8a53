using System.Globalization;
using System.Text.Json.Nodes;
using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Documents;

namespace Nos.Scheduling.Agent.Reporting;

/// <summary>Renews the Lease that says that a node's agent is alive. Whoever hangs does not come here, and the Lease runs out.</summary>
/// <param name="writes">The API server.</param>
/// <param name="ns">The namespace of the Leases.</param>
/// <param name="node">The node's name, which is the Lease's and its holder's.</param>
/// <param name="interval">How often it is renewed; it lasts three times as long.</param>
/// <param name="time">The clock.</param>
/// <param name="complaints">Shared by all nodes.</param>
/// <param name="logger">Told of failures.</param>
internal sealed partial class Heartbeat(
    QueuedWrites writes, string ns, string node, TimeSpan interval, TimeProvider time, Complaints complaints, ILogger logger)
{
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(5);

    /// <summary>When the next beat is due; at once to begin with.</summary>
    public DateTimeOffset Due { get; private set; } = DateTimeOffset.MinValue;

    /// <summary>Renews the Lease if that is due, creating it where there is none. A failure is tried again soon.</summary>
    public async Task BeatAsync(CancellationToken cancellation)
    {
        if (Due > time.GetUtcNow())
        {
            return;
        }

        try
        {
            await RenewAsync(cancellation);

            // Each node its own rhythm, else thousands that started together beat together for ever.
            Due = time.GetUtcNow() + interval * (0.8 + 0.2 * Phase(node));
        }
        catch (KubeApiException refused)
        {
            if (complaints.IsNews($"lease {refused.Reason}"))
            {
                LogFailed(node, refused.IsNotFound ? $"namespace {ns} does not exist; create it, or name another with --namespace" : refused.Message);
            }

            Due = time.GetUtcNow() + (Retry < interval / 2 ? Retry : interval / 2);
        }
    }

    private async Task RenewAsync(CancellationToken cancellation)
    {
        var now = time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
        var seconds = Math.Max(1, (int)Math.Ceiling(3 * interval.TotalSeconds));
        var patch = new JsonObject
        {
            ["spec"] = new JsonObject { ["holderIdentity"] = node, ["leaseDurationSeconds"] = seconds, ["renewTime"] = now },
        };
        try
        {
            await writes.PatchAsync(KubeResources.Leases, ns, node, patch, cancellation);
        }
        catch (KubeApiException missing) when (missing.IsNotFound)
        {
            var spec = new LeaseSpec { HolderIdentity = node, LeaseDurationSeconds = seconds, AcquireTime = now, RenewTime = now };
            await writes.CreateAsync(KubeResources.Leases, ns, new LeaseDocument { Metadata = new ObjectMeta { Name = node, Namespace = ns }, Spec = spec }, cancellation);
        }
    }

    /// <summary>A number from 0 up to 1, always the same for the same name.</summary>
    private static double Phase(string name) => name.Aggregate(2166136261u, (hash, letter) => (hash ^ letter) * 16777619u) / (1.0 + uint.MaxValue);

    [LoggerMessage(EventId = 431, Level = LogLevel.Warning, Message = "The Lease of {Node} could not be renewed: {Reason}. It is tried again; other nodes that fail so are not named for a minute")]
    private partial void LogFailed(string node, string reason);
}
