using Nos.Scheduling.Cluster.Documents;

namespace Nos.Scheduling.Cluster.Api;

/// <summary>One change of one object.</summary>
/// <typeparam name="T">The object's document.</typeparam>
/// <param name="Type">What happened.</param>
/// <param name="Object">The object after it; for a deletion its last state; for a bookmark nothing but a resourceVersion.</param>
public readonly record struct WatchEvent<T>(WatchEventType Type, T Object)
    where T : class, IKubeDocument;
