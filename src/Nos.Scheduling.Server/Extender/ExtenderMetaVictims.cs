using System.Text.Json.Serialization;

namespace Nos.Scheduling.Server.Extender;

/// <summary>Pods of one node that would have to go, by uid.</summary>
internal sealed record ExtenderMetaVictims
{
    /// <summary>The pods.</summary>
    [JsonPropertyName("Pods")]
    public MetaPod[]? Pods { get; init; }

    /// <summary>How many of them a disruption budget protects.</summary>
    [JsonPropertyName("NumPDBViolations")]
    public long NumPdbViolations { get; init; }

    /// <summary>A pod by its uid.</summary>
    internal sealed record MetaPod
    {
        /// <summary>The uid.</summary>
        [JsonPropertyName("UID")]
        public string? Uid { get; init; }
    }
}
