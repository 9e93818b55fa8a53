using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Documents;

namespace Nos.Scheduling.Cluster.Leading;

/// <summary>Brings an informer to where the API is now, so that a new leader knows its predecessor's last writes.</summary>
/// <remarks>
/// A mark is written into an object of the kind, and waited for in our own watch: versions of one kind are told in order, so that whatever was written
/// before the mark has been told before it. That takes one round trip at any size of cluster. Where nothing can be marked, or the mark is not seen soon
/// (a watch that hangs, a server that lags), all is listed anew, consistently.
/// </remarks>
public static class CatchUp
{
    /// <summary>How long the mark may take to come back through the watch.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Returns when the informer's listener has heard all that was written before the call.</summary>
    /// <typeparam name="T">The objects' document.</typeparam>
    /// <param name="informer">The informer; it must be running.</param>
    /// <param name="mark">Changes an object of the kind, whichever, and returns its new version; <see langword="null"/> where there is none to be changed.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>Whether the mark was enough; else all was listed anew.</returns>
    /// <exception cref="KubeApiException">The mark was refused.</exception>
    public static async Task<bool> ToNowAsync<T>(Informer<T> informer, Func<CancellationToken, Task<string?>> mark, TimeProvider time, CancellationToken cancellation)
        where T : class, IKubeDocument
    {
        if (await mark(cancellation).ConfigureAwait(false) is { } version)
        {
            using var late = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            var reached = informer.ReachedAsync(version);
            if (await Task.WhenAny(reached, Task.Delay(Patience, time, late.Token)).ConfigureAwait(false) == reached)
            {
                await late.CancelAsync().ConfigureAwait(false);
                return true;
            }

            cancellation.ThrowIfCancellationRequested();
        }

        await informer.ListAnewAsync().WaitAsync(cancellation).ConfigureAwait(false);
        return false;
    }
}
