namespace Nos.Scheduling.Cluster.InMemory;

/// <summary>How much an in-memory API server remembers.</summary>
public sealed record InMemoryLimits
{
    /// <summary>The most writes of one kind that a watch can resume from.</summary>
    public int MostChanges { get; init; } = 5000;

    /// <summary>Unit: bytes that superseded versions of one kind may hold.</summary>
    public long MostChangedBytes { get; init; } = 8 * 1024 * 1024;

    /// <summary>How often watches that allow it are told how far they are.</summary>
    public TimeSpan BookmarkInterval { get; init; } = TimeSpan.FromMinutes(1);
}
