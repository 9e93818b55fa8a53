namespace Nos.Scheduling.Cluster.InMemory;

/// <summary>All that a list shows, over all of its pages.</summary>
/// <param name="Id">Its number among the lists that have further pages; <see langword="null"/> until it has one.</param>
/// <param name="Kind">The kind.</param>
/// <param name="Version">The moment it shows.</param>
/// <param name="Objects">The objects by key.</param>
internal sealed record ListPage(long? Id, InMemoryKind Kind, long Version, IReadOnlyList<StoredObject> Objects);
