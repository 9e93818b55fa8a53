namespace Nos.Scheduling.Cluster.Documents;

/// <summary>Who owns an object; when the owner goes, the garbage collector takes the object along.</summary>
public sealed record OwnerReference
{
    /// <summary>The owner's group and version.</summary>
    public string ApiVersion { get => field ?? ""; init; }

    /// <summary>The owner's kind.</summary>
    public string Kind { get => field ?? ""; init; }

    /// <summary>The owner's name.</summary>
    public string Name { get => field ?? ""; init; }

    /// <summary>The owner's identity.</summary>
    public string Uid { get => field ?? ""; init; }

    /// <summary>Whether the owner is the managing controller.</summary>
    public bool? Controller { get; init; }
}
