namespace Nos.Scheduling.Preempting;

/// <summary>Pods of one node that are evicted together.</summary>
internal sealed class VictimSet : IComparable<VictimSet>
{
    private VictimSet(NodeOccupancy node, Shortage shortage, Occupant[] pods, VictimCost cost) =>
        (Node, Shortage, Pods, Cost) = (node, shortage, pods, cost);

    internal NodeOccupancy Node { get; }

    /// <summary>What they make room for.</summary>
    internal Shortage Shortage { get; }

    /// <summary>In the order of <see cref="Occupant.Compare"/>.</summary>
    internal IReadOnlyList<Occupant> Pods { get; }

    internal VictimCost Cost { get; }

    internal static VictimSet Of(NodeOccupancy node, Shortage shortage, VictimRules rules, IEnumerable<Occupant> pods)
    {
        var ordered = pods.ToArray();
        Array.Sort(ordered, Occupant.Compare);
        var budgets = new BudgetCount(rules);
        return new VictimSet(node, shortage, ordered, ordered.Aggregate(VictimCost.Nothing, (cost, pod) => cost.With(pod, budgets.Take(pod))));
    }

    /// <summary>The lower cost; then pod by pod the order of victims, which ends with the uid: two sets never tie.</summary>
    public int CompareTo(VictimSet? other)
    {
        var order = Cost.CompareTo(other!.Cost);
        for (var at = 0; order == 0 && at < Pods.Count; at++)
        {
            order = Occupant.Compare(Pods[at], other.Pods[at]);
        }

        return order;
    }

    /// <summary>Whether it is to be preferred; to nothing it always is.</summary>
    internal bool IsBetterThan(VictimSet? other) => other is null || CompareTo(other) < 0;
}
