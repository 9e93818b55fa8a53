using System.Text.Json.Nodes;
using Nos.Scheduling.Agent.Allocating;
using Nos.Scheduling.Agent.Reporting;
using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Gpus;

namespace Nos.Scheduling.Agent.Simulation;

/// <summary>Writes slices into a node's capacity and allocatable as its kubelet would; a right that agents have in tests only.</summary>
/// <param name="writes">The API server.</param>
/// <param name="node">The node's name.</param>
/// <param name="complaints">Shared by all nodes.</param>
/// <param name="logger">Told of failures.</param>
internal sealed partial class AllocatableWriter(QueuedWrites writes, string node, Complaints complaints, ILogger logger)
{
    private readonly Lock gate = new();
    private Dictionary<string, long> stored = [];

    /// <summary>Takes note of what the node has now.</summary>
    public void Observe(NodeStatus status)
    {
        lock (gate)
        {
            stored = (status.Allocatable ?? [])
                .Where(amount => SliceResource.TryParse(amount.Key, out _))
                .ToDictionary(amount => amount.Key, amount => amount.Value.Value, StringComparer.Ordinal);
        }
    }

    /// <summary>Writes how many slices there are of each resource, where that has changed. A resource without slices stays, with 0, as kubelet leaves it.</summary>
    public async Task WriteAsync(IReadOnlyList<AdvertisedSlice> slices, CancellationToken cancellation)
    {
        var wanted = slices.GroupBy(slice => slice.Resource.Name, StringComparer.Ordinal).ToDictionary(like => like.Key, like => (long)like.Count(), StringComparer.Ordinal);
        lock (gate)
        {
            foreach (var gone in stored.Keys.Where(resource => !wanted.ContainsKey(resource)))
            {
                wanted[gone] = 0;
            }

            if (wanted.Count == stored.Count && wanted.All(amount => stored.GetValueOrDefault(amount.Key, -1) == amount.Value))
            {
                return;
            }
        }

        try
        {
            var patch = new JsonObject { ["status"] = new JsonObject { ["capacity"] = Amounts(wanted), ["allocatable"] = Amounts(wanted) } };
            var written = await writes.PatchAsync(KubeResources.Nodes, null, node, patch, cancellation, "status");
            Observe(written.Status);
        }
        catch (KubeApiException refused)
        {
            if (!refused.IsNotFound && complaints.IsNews($"allocatable {refused.Reason}"))
            {
                LogFailed(node, refused.Message);
            }
        }
    }

    private static JsonObject Amounts(Dictionary<string, long> amounts) =>
        new(amounts.Select(amount => KeyValuePair.Create(amount.Key, (JsonNode?)Quantity.Of(amount.Value).ToString())));

    [LoggerMessage(EventId = 451, Level = LogLevel.Warning, Message = "The allocatable slices of {Node} could not be written: {Reason}. They are with the next round")]
    private partial void LogFailed(string node, string reason);
}
