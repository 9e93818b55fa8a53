namespace Nos.Scheduling.Cluster.Documents;

/// <summary>What a list says of itself.</summary>
public sealed record ListMeta
{
    /// <summary>Where a watch has to begin to miss nothing after this list.</summary>
    public string? ResourceVersion { get; init; }

    /// <summary>Token of the next page; <see langword="null"/> or empty on the last one.</summary>
    public string? Continue { get; init; }
}
