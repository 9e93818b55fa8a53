using Nos.Scheduling.Cluster.Api;

namespace Nos.Scheduling.Cluster.Reclaiming;

/// <summary>Reads the PodDisruptionBudgets when they are asked for, and no oftener than every two seconds: who would be let go is decided by the API server anyhow.</summary>
/// <param name="client">The API server.</param>
/// <param name="time">The clock.</param>
public sealed class RecentBudgets(KubeClient client, TimeProvider time)
{
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(2);

    private volatile Reading? latest;

    /// <summary>The budgets, at most two seconds old.</summary>
    /// <exception cref="KubeApiException">The API server did not say.</exception>
    public async Task<DisruptionBudgets> ReadAsync(CancellationToken cancellation)
    {
        if (latest is not { } reading || time.GetElapsedTime(reading.At) > Freshness)
        {
            var at = time.GetTimestamp();
            latest = reading = new Reading(await DisruptionBudgets.ReadAsync(client, cancellation).ConfigureAwait(false), at);
        }

        return reading.Budgets;
    }

    private sealed record Reading(DisruptionBudgets Budgets, long At);
}
