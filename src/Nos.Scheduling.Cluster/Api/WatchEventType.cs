namespace Nos.Scheduling.Cluster.Api;

/// <summary>What a watch reports.</summary>
public enum WatchEventType
{
    /// <summary>New, or newly matching.</summary>
    Added,

    /// <summary>Changed.</summary>
    Modified,

    /// <summary>Gone, or no longer matching.</summary>
    Deleted,

    /// <summary>Nothing changed up to this resourceVersion.</summary>
    Bookmark,
}
