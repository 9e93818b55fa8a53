using System.Text.Json.Serialization;

namespace Nos.Scheduling.Server.Extender;

/// <summary>What kube-scheduler sends to bind.</summary>
internal sealed record ExtenderBindingArgs
{
    /// <summary>The pod's name.</summary>
    [JsonPropertyName("PodName")]
    public string? PodName { get; init; }

    /// <summary>The pod's namespace.</summary>
    [JsonPropertyName("PodNamespace")]
    public string? PodNamespace { get; init; }

    /// <summary>The pod's uid.</summary>
    [JsonPropertyName("PodUID")]
    public string? PodUid { get; init; }

    /// <summary>The node.</summary>
    [JsonPropertyName("Node")]
    public string? Node { get; init; }
}
