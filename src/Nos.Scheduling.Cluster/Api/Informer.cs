using Microsoft.Extensions.Logging;
using Nos.Scheduling.Cluster.Documents;

namespace Nos.Scheduling.Cluster.Api;

/// <summary>
/// Keeps a listener up to date about one kind of object: list, then watch, again and again. A lost connection resumes where it was;
/// a version that the server has forgotten (410) lists anew; failures back off with jitter and never end the loop.
/// </summary>
/// <remarks>
/// <para>
/// Lists are consistent (no <c>resourceVersion=0</c>, which any server of several may answer from its cache): what a listener has heard never
/// goes back in time, and a leader that lists after its election sees all that the leader before it wrote.
/// </para>
/// <para>An object that can't be read is left out, logged and counted: the listener keeps what it knew of it until the next list.</para>
/// </remarks>
/// <typeparam name="T">The objects' document.</typeparam>
/// <param name="client">The API server.</param>
/// <param name="resource">The kind.</param>
/// <param name="listener">
/// Called in order, one call at a time, with all that one read of the stream brought. It must not throw; if it does, that is logged and counted.
/// </param>
/// <param name="logger">Told of failures: at the first, then at most once in a while.</param>
/// <param name="time">The clock of the back-off.</param>
/// <param name="labelSelector">A label selector, or <see langword="null"/> for all.</param>
/// <param name="fieldSelector">A field selector, or <see langword="null"/> for all.</param>
/// <param name="ns">The namespace, or <see langword="null"/> for all.</param>
public sealed class Informer<T>(
    KubeClient client,
    KubeResource<T> resource,
    Action<InformerEvent<T>> listener,
    ILogger logger,
    TimeProvider time,
    string? labelSelector = null,
    string? fieldSelector = null,
    string? ns = null)
    where T : class, IKubeDocument
{
    /// <summary>A watch that went on for so long was a good one, even if nothing happened in it.</summary>
    private static readonly TimeSpan GoodWatch = TimeSpan.FromSeconds(5);

    private readonly TaskCompletionSource synced = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly LogPace failurePace = new(time);
    private readonly LogPace unreadablePace = new(time);
    private readonly LogPace listenerPace = new(time);
    private readonly InformerProgress progress = new();
    private int failures;
    private long restarts;
    private long unreadable;
    private long listenerFailures;

    /// <summary>Completes when the listener has heard the first list; is cancelled when the informer ends before that.</summary>
    public Task Synced => synced.Task;

    /// <summary>
    /// How often the watch had to start anew since the beginning, the first start not counted. A watch that the server ended in time counts too.
    /// </summary>
    public long Restarts => Interlocked.Read(ref restarts);

    /// <summary>How many objects could not be read and were left out, since the beginning.</summary>
    public long UnreadableObjects => Interlocked.Read(ref unreadable);

    /// <summary>How often the listener threw, since the beginning.</summary>
    public long ListenerFailures => Interlocked.Read(ref listenerFailures);

    /// <summary>Runs until cancelled; never throws but for that.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> was asked for.</exception>
    public async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            for (var isFirst = true; ; isFirst = false)
            {
                if (!isFirst)
                {
                    Interlocked.Increment(ref restarts);
                }

                await FollowAsync(cancellation).ConfigureAwait(false);
            }
        }
        finally
        {
            synced.TrySetCanceled(cancellation);
        }
    }

    /// <summary>
    /// Completes when the listener has heard all up to that version; never, where it is none of this kind's. Versions of one kind are told in order.
    /// </summary>
    /// <param name="version">The version of an object of this kind, such as a write returned it.</param>
    public Task ReachedAsync(string version) => progress.ReachedAsync(version);

    /// <summary>Lists anew, however well the watch seems to go, and completes when the listener has heard that list.</summary>
    public Task ListAnewAsync() => progress.ListAnewAsync();

    /// <summary>One round, and the pause after it; cut short where a list is wanted meanwhile.</summary>
    private async Task FollowAsync(CancellationToken cancellation)
    {
        using var round = progress.Begin(cancellation);
        try
        {
            var started = time.GetTimestamp();
            var failure = await TryFollowAsync(round.Token).ConfigureAwait(false);
            await PauseAsync(failure, time.GetElapsedTime(started), round.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // A list is wanted.
        }
        finally
        {
            progress.End();
        }
    }

    /// <summary>Lists if need be, and watches until that ends.</summary>
    /// <returns>Why it ended; <see langword="null"/> where the server ended it in time.</returns>
    private async Task<Exception?> TryFollowAsync(CancellationToken cancellation)
    {
        try
        {
            await WatchAsync(progress.Version ?? await ListAsync(cancellation).ConfigureAwait(false), cancellation).ConfigureAwait(false);
            return null;
        }
        catch (KubeApiException gone) when (gone.IsGone)
        {
            progress.Reach(null);
            return gone;
        }
        catch (Exception failure) when (!cancellation.IsCancellationRequested)
        {
            // Whatever it is: an informer that ends leaves its listener with the past.
            return failure;
        }
    }

    private async Task<string> ListAsync(CancellationToken cancellation)
    {
        var wanted = progress.BeginList();
        var list = await client.ListAsync(resource, ns, labelSelector, fieldSelector, Skip, cancellation).ConfigureAwait(false);
        logger.Listed(list.Items.Length, resource.Plural, list.Metadata.ResourceVersion);
        Tell(new InformerEvent<T>(true, list.Items, []));
        synced.TrySetResult();
        if (list.Metadata.ResourceVersion is not { Length: > 0 } version)
        {
            throw new KubeApiException(0, "Unreadable", $"the list of {resource.Plural} has no resourceVersion");
        }

        progress.Listed(version, wanted);
        return version;
    }

    private async Task WatchAsync(string from, CancellationToken cancellation)
    {
        // Of many informers that began together not all shall begin anew together.
        var duration = TimeSpan.FromMinutes(5 + (5 * Random.Shared.NextDouble()));
        var batches = client.WatchAsync(resource, ns, from, duration, labelSelector, fieldSelector, Skip, cancellation);
        await foreach (var batch in batches.WithCancellation(cancellation).ConfigureAwait(false))
        {
            Recover();
            foreach (var change in EventBatch.Fold(batch))
            {
                Tell(change);
            }

            progress.Reach(batch[^1].Object.Metadata.ResourceVersion ?? progress.Version);
        }
    }

    private async Task PauseAsync(Exception? failure, TimeSpan lasted, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (lasted >= GoodWatch && failure is not KubeApiException { Reason: "Timeout" })
        {
            Recover();
            if (failure is null)
            {
                return;
            }
        }

        failures++;
        var delay = Backoff.Delay(failures, Random.Shared.NextDouble());
        if (failure is not null && failurePace.IsDue())
        {
            logger.WatchFailed(resource.Plural, failures, delay.TotalSeconds, failure is KubeApiException ? failure.Message : failure.ToString());
        }

        await Task.Delay(delay, time, cancellation).ConfigureAwait(false);
    }

    private void Recover()
    {
        if (failures > 1)
        {
            logger.WatchRecovered(resource.Plural, failures);
        }

        failures = 0;
    }

    private void Tell(InformerEvent<T> change)
    {
        try
        {
            listener(change);
        }
#pragma warning disable CA1031 // The listener's failure is the listener's: the next change must reach it all the same.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            var count = Interlocked.Increment(ref listenerFailures);
            if (listenerPace.IsDue())
            {
                logger.ListenerFailed(failure, resource.Plural, count);
            }
        }
    }

    private void Skip(UnreadableObject skipped)
    {
        var count = Interlocked.Increment(ref unreadable);
        if (unreadablePace.IsDue())
        {
            logger.Unreadable(skipped.Kind, skipped.Name, count, skipped.Reason);
        }
    }
}
