namespace Nos.Scheduling.Cluster.Documents;

/// <summary>Who emitted an event.</summary>
public sealed record EventSource
{
    /// <summary>The component's name.</summary>
    public string Component { get => field ?? ""; init; }
}
