using Nos.Scheduling.Cluster.Documents;

namespace Nos.Scheduling.Cluster.Api;

/// <summary>Asks for one pod to be evicted.</summary>
internal sealed record EvictionDocument
{
    /// <summary><c>policy/v1</c> or <c>policy/v1beta1</c>: what the server's pods/eviction takes.</summary>
    public string ApiVersion { get; init; } = "policy/v1";

    /// <summary>The kind.</summary>
    public string Kind { get; init; } = "Eviction";

    /// <summary>The pod's name and namespace.</summary>
    public ObjectMeta? Metadata { get; init; }

    /// <summary>Which pod exactly, and how long it may take.</summary>
    public DeleteOptions? DeleteOptions { get; init; }
}
