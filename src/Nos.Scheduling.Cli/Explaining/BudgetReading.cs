using System.Net;
using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Reclaiming;

namespace Nos.Scheduling.Cli.Explaining;

/// <summary>The PodDisruptionBudgets, as far as they may be read.</summary>
/// <param name="Budgets">They; none where they may not be read.</param>
/// <param name="Remark">What that means, in a sentence; <see langword="null"/> where they were read.</param>
internal sealed record BudgetReading(DisruptionBudgets Budgets, string? Remark)
{
    /// <exception cref="KubeApiException">The API server did not answer.</exception>
    internal static async Task<BudgetReading> ReadAsync(KubeClient client, CancellationToken cancellation)
    {
        try
        {
            return new BudgetReading(await DisruptionBudgets.ReadAsync(client, cancellation).ConfigureAwait(false), null);
        }
        catch (KubeApiException refused) when (refused.IsNotFound || refused.Status == HttpStatusCode.Forbidden)
        {
            return new BudgetReading(DisruptionBudgets.None, "The cluster's PodDisruptionBudgets may not be read: what would be reclaimed is told as if there were none.");
        }
    }
}
