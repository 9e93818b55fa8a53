using Nos.Scheduling.Cluster.Documents;

namespace Nos.Scheduling.Cluster.Api;

/// <summary>
/// Keeps a listener up to date about one kind of object: list, then watch, again and again. A lost connection resumes where it was;
/// a version that the server has forgotten (410) lists anew; failures back off with jitter and never end the loop.
/// </summary>
/// <typeparam name="T">The objects' document.</typeparam>
/// <param name="client">The API server.</param>
/// <param name="resource">The kind.</param>
/// <param name="listener">Called in order, one call at a time, with all that one read of the stream brought. It must not throw.</param>
/// <param name="logger">Told of failures: at the first, then at most once in a while.</param>
/// <param name="time">The clock of the back-off.</param>
/// <param name="labelSelector">A label selector, or <see langword="null"/> for all.</param>
/// <param name="fieldSelector">A field selector, or <see langword="null"/> for all.</param>
/// <param name="ns">The namespace, or <see langword="null"/> for all.</param>
public sealed class Informer<T>(
    KubeClient client,
    KubeResource<T> resource,
    Action<InformerEvent<T>> listener,
    Microsoft.Extensions.Logging.ILogger logger,
    TimeProvider time,
    string? labelSelector = null,
    string? fieldSelector = null,
    string? ns = null)
    where T : class, IKubeDocument
{
    private readonly TaskCompletionSource synced = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the listener has heard the first list.</summary>
    public Task Synced => synced.Task;

    /// <summary>How often the watch had to start anew since the beginning, the first start not counted.</summary>
    public long Restarts { get; private set; }

    /// <summary>Runs until cancelled; never throws but for that.</summary>
    public Task RunAsync(CancellationToken cancellation)
    {
        _ = (client, resource, listener, logger, time, labelSelector, fieldSelector, ns);
        Restarts = 0;
        throw new NotImplementedException();
    }
}
