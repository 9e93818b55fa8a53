namespace Nos.Scheduling.Cluster.Documents;

/// <summary>One thing that is or is not so, and why.</summary>
public sealed record Condition
{
    /// <summary>What it is about, such as <c>Ready</c>.</summary>
    public string Type { get => field ?? ""; init; }

    /// <summary><c>True</c>, <c>False</c> or <c>Unknown</c>.</summary>
    public string Status { get => field ?? ""; init; }

    /// <summary>Why, in one word.</summary>
    public string? Reason { get; init; }

    /// <summary>Why, in a sentence.</summary>
    public string? Message { get; init; }

    /// <summary>When the status changed last.</summary>
    public DateTimeOffset? LastTransitionTime { get; init; }

    /// <summary>The spec generation that it was judged by; <see langword="null"/> where none is given.</summary>
    public long? ObservedGeneration { get; init; }
}
