namespace Nos.Scheduling.Cluster.Documents;

/// <summary>A core <c>v1</c> Event: what happened to an object, for people.</summary>
public sealed record EventDocument : IKubeDocument
{
    /// <inheritdoc/>
    public string? ApiVersion { get => field ?? "v1"; init; }

    /// <inheritdoc/>
    public string? Kind { get => field ?? "Event"; init; }

    /// <inheritdoc/>
    public ObjectMeta Metadata { get => field ??= new(); init; }

    /// <summary>What it is about.</summary>
    public ObjectReference InvolvedObject { get => field ??= new(); init; }

    /// <summary>Why, in one word.</summary>
    public string Reason { get => field ?? ""; init; }

    /// <summary>What, in a sentence.</summary>
    public string Message { get => field ?? ""; init; }

    /// <summary><c>Normal</c> or <c>Warning</c>.</summary>
    public string Type { get => field ?? "Normal"; init; }

    /// <summary>Who says so.</summary>
    public EventSource Source { get => field ??= new(); init; }

    /// <summary>First time.</summary>
    public DateTimeOffset? FirstTimestamp { get; init; }

    /// <summary>Last time.</summary>
    public DateTimeOffset? LastTimestamp { get; init; }

    /// <summary>How often.</summary>
    public int? Count { get; init; }
}
