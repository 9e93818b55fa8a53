using Nos.Scheduling.Cluster.Api;

namespace Nos.Scheduling.Server.Controllers;

/// <summary>Does many writes of which none stops another, and remembers the first that the API server refused. What is gone by then is no failure.</summary>
internal sealed class Refusals
{
    private KubeApiException? first;

    /// <summary>Does each, so many at once.</summary>
    internal async Task CollectAsync<T>(IReadOnlyCollection<T> items, int atOnce, Func<T, CancellationToken, Task> act, CancellationToken cancellation)
    {
        if (items.Count == 0)
        {
            return;
        }

        await Parallel.ForEachAsync(items, new ParallelOptions { MaxDegreeOfParallelism = atOnce, CancellationToken = cancellation }, async (item, token) =>
        {
            try
            {
                await act(item, token);
            }
            catch (KubeApiException refused)
            {
                if (!refused.IsNotFound)
                {
                    Interlocked.CompareExchange(ref first, refused, null);
                }
            }
        });
    }

    /// <summary>Tells whom it may concern.</summary>
    /// <exception cref="KubeApiException">What was refused first.</exception>
    internal void ThrowFirst()
    {
        if (first is not null)
        {
            throw first;
        }
    }
}
