namespace Nos.Scheduling.Preempting;

/// <summary>Counts victims against PodDisruptionBudgets as kube-scheduler does: each takes one from every budget of its, and violates what is used up.</summary>
internal sealed class BudgetCount
{
    private readonly VictimRules rules;
    private readonly Dictionary<string, int> left = new(StringComparer.Ordinal);

    /// <param name="rules">Knows the budgets, and whose going is settled already.</param>
    internal BudgetCount(VictimRules rules)
    {
        this.rules = rules;
        foreach (var pod in rules.Gone)
        {
            Take(pod);
        }
    }

    /// <summary>Counts the pod; one that is terminating was counted when it was evicted.</summary>
    /// <returns>Whether it violates a budget.</returns>
    internal bool Take(Occupant pod)
    {
        var violates = false;
        foreach (var budget in Of(pod))
        {
            var then = (left.TryGetValue(budget, out var known) ? known : rules.Allowance(budget)) - 1;
            left[budget] = then;
            violates |= then < 0;
        }

        return violates;
    }

    /// <summary>Takes back the last <see cref="Take"/> of that pod.</summary>
    internal void Undo(Occupant pod)
    {
        foreach (var budget in Of(pod))
        {
            left[budget]++;
        }
    }

    private static ReadOnlySpan<string> Of(Occupant pod) => pod.Bound.IsTerminating || pod.Bound.Budgets.IsDefault ? [] : pod.Bound.Budgets.AsSpan();
}
