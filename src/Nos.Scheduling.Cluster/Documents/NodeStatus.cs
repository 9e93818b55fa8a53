using System.Text.Json.Serialization;

namespace Nos.Scheduling.Cluster.Documents;

/// <summary>The part of a node's status that decisions need.</summary>
public sealed record NodeStatus
{
    /// <summary>What pods may use, by resource name.</summary>
    public Dictionary<string, Quantity>? Allocatable { get; init; }

    /// <summary>All there is, by resource name.</summary>
    public Dictionary<string, Quantity>? Capacity { get; init; }

    /// <summary>Conditions. A node without a Ready condition counts as ready.</summary>
    public Condition[]? Conditions { get; init; }

    /// <summary>Versions; <see langword="null"/> where no kubelet has reported.</summary>
    [JsonPropertyName("nodeInfo")]
    public NodeSystem? System { get; init; }
}
