namespace Nos.Scheduling.Cluster.Documents;

/// <summary>Points at one object.</summary>
public sealed record ObjectReference
{
    /// <summary>Its group and version.</summary>
    public string? ApiVersion { get; init; }

    /// <summary>Its kind.</summary>
    public string? Kind { get; init; }

    /// <summary>Its namespace; <see langword="null"/> for cluster-scoped objects.</summary>
    public string? Namespace { get; init; }

    /// <summary>Its name.</summary>
    public string? Name { get; init; }

    /// <summary>Its identity.</summary>
    public string? Uid { get; init; }
}
