using System.Text.Json.Serialization;
using Nos.Scheduling.Cluster.Documents;

namespace Nos.Scheduling.Server.Extender;

/// <summary>Pods of one node that would have to go.</summary>
internal sealed record ExtenderVictims
{
    /// <summary>The pods; empty in newer schedulers where none of the in-tree filters needs one.</summary>
    [JsonPropertyName("Pods")]
    public PodDocument[]? Pods { get; init; }

    /// <summary>How many of them a disruption budget protects.</summary>
    [JsonPropertyName("NumPDBViolations")]
    public long NumPdbViolations { get; init; }
}
