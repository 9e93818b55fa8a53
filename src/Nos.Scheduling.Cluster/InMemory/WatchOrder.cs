namespace Nos.Scheduling.Cluster.InMemory;

/// <summary>What a watch was asked to do.</summary>
/// <param name="Selection">Which objects.</param>
/// <param name="After">The version that is known already; <see langword="null"/> begins with all that is there.</param>
/// <param name="Duration">How long it goes on.</param>
/// <param name="BookmarkInterval">How often it says how far it is; <see langword="null"/> for never.</param>
internal sealed record WatchOrder(Selection Selection, long? After, TimeSpan Duration, TimeSpan? BookmarkInterval);
