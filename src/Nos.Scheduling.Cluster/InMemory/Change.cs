namespace Nos.Scheduling.Cluster.InMemory;

/// <summary>One write, as watches see it.</summary>
/// <param name="Version">The write's resourceVersion.</param>
/// <param name="Before">The object before it; <see langword="null"/> for a creation.</param>
/// <param name="Now">The object after it; for a deletion its last state, with the deletion's version.</param>
/// <param name="IsDeletion">Whether the object is gone.</param>
internal sealed record Change(long Version, StoredObject? Before, StoredObject Now, bool IsDeletion);
