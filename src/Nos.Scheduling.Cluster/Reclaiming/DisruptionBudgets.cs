using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Cluster.State;

namespace Nos.Scheduling.Cluster.Reclaiming;

/// <summary>The PodDisruptionBudgets at one moment: which pods they protect, and how many they let go.</summary>
public sealed class DisruptionBudgets
{
    private readonly ILookup<string, (string Key, LabelSelectorDocument Selector)> byNamespace;

    private DisruptionBudgets(IEnumerable<DisruptionBudgetDocument> budgets, bool emptyMeansAll)
    {
        var counted = budgets.Where(budget => budget.Spec.Selector is { } selector && (emptyMeansAll || !selector.IsEmpty)).ToList();
        byNamespace = counted.ToLookup(budget => budget.Metadata.Namespace ?? "default", budget => (KeyOf(budget), budget.Spec.Selector!));
        Allowed = counted.DistinctBy(KeyOf).ToDictionary(KeyOf, budget => Math.Max(0, budget.Status.DisruptionsAllowed), StringComparer.Ordinal);
    }

    /// <summary>No budget at all.</summary>
    public static DisruptionBudgets None { get; } = Of([], emptyMeansAll: true);

    /// <summary>How many pods may go now, by budget. Unit: pods.</summary>
    public IReadOnlyDictionary<string, int> Allowed { get; }

    /// <summary>Those budgets.</summary>
    /// <param name="budgets">All of them.</param>
    /// <param name="emptyMeansAll">Whether an empty selector means all pods, as in policy/v1, or none, as in policy/v1beta1.</param>
    public static DisruptionBudgets Of(IEnumerable<DisruptionBudgetDocument> budgets, bool emptyMeansAll) => new(budgets, emptyMeansAll);

    /// <summary>The budgets as the API server has them now.</summary>
    /// <exception cref="KubeApiException">It did not say.</exception>
    public static async Task<DisruptionBudgets> ReadAsync(KubeClient client, CancellationToken cancellation)
    {
        var isStable = await client.OffersAsync("policy", "v1", "poddisruptionbudgets", cancellation).ConfigureAwait(false);
        var budgets = await client.ListAsync(KubeResources.DisruptionBudgets(isStable ? "v1" : "v1beta1"), null, cancellation).ConfigureAwait(false);
        return Of(budgets.Items, isStable);
    }

    /// <summary>The keys, namespace and name, of the budgets that protect the pod, in the order of the list.</summary>
    public IEnumerable<string> Of(PodRecord pod) => byNamespace[pod.Namespace].Where(budget => budget.Selector.Matches(pod.Labels)).Select(budget => budget.Key);

    private static string KeyOf(DisruptionBudgetDocument budget) => $"{budget.Metadata.Namespace}/{budget.Metadata.Name}";
}
