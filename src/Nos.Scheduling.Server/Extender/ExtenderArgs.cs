using System.Text.Json.Serialization;
using Nos.Scheduling.Cluster.Documents;

namespace Nos.Scheduling.Server.Extender;

/// <summary>What kube-scheduler sends to filter and prioritize. Keys are Go's field names; the objects inside are written as everywhere.</summary>
internal sealed record ExtenderArgs
{
    /// <summary>The pod to place.</summary>
    [JsonPropertyName("Pod")]
    public PodDocument? Pod { get; init; }

    /// <summary>The nodes as whole objects: where <c>nodeCacheCapable</c> is false.</summary>
    [JsonPropertyName("Nodes")]
    public ExtenderNodes? Nodes { get; init; }

    /// <summary>The nodes by name: where <c>nodeCacheCapable</c> is true.</summary>
    [JsonPropertyName("NodeNames")]
    public string[]? NodeNames { get; init; }
}
