using Nos.Scheduling.Cluster.Documents;

namespace Nos.Scheduling.Cluster.Api;

/// <summary>What an informer tells its one listener, in order.</summary>
/// <typeparam name="T">The objects' document.</typeparam>
/// <param name="IsReplacement">
/// Whether <paramref name="Changed"/> is everything there is (after each list): what was known before and is not in it is gone.
/// </param>
/// <param name="Changed">Objects that are new or changed.</param>
/// <param name="Deleted">The last state of objects that are gone.</param>
public sealed record InformerEvent<T>(bool IsReplacement, IReadOnlyList<T> Changed, IReadOnlyList<T> Deleted)
    where T : class, IKubeDocument;
