namespace Nos.Scheduling.Preempting;

/// <summary>A node that kube-scheduler would preempt on, as it sends it to an extender; or what is answered.</summary>
/// <param name="Node">The node.</param>
/// <param name="Victims">The uids of the pods that would go; empty where the scheduler knows of none.</param>
/// <param name="BudgetViolations">How many of them violate a PodDisruptionBudget.</param>
public sealed record PreemptionCandidate(string Node, IReadOnlyList<string> Victims, int BudgetViolations);
