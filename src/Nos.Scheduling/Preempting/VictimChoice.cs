namespace Nos.Scheduling.Preempting;

/// <summary>Pods of a node of which some are to go, those who have to among them, and when enough of them do.</summary>
internal sealed class VictimChoice
{
    private readonly VictimRules rules;
    private readonly NodeOccupancy node;
    private readonly Shortage shortage;
    private readonly Func<IReadOnlyList<Occupant>, bool>? fits;
    private readonly Occupant[] pods;
    private readonly bool[] isForced;
    private readonly long[] needs;
    private readonly long[] left;

    /// <param name="rules">Who may go.</param>
    /// <param name="node">The node.</param>
    /// <param name="shortage">What is lacking there.</param>
    /// <param name="pods">Pods that may go.</param>
    /// <param name="forced">Those of them that have to.</param>
    /// <param name="needs">What has to be left by all of them together.</param>
    /// <param name="fits">Whether, when that is left, it is enough; never less so for more pods. <see langword="null"/>: it is.</param>
    internal VictimChoice(
        VictimRules rules,
        NodeOccupancy node,
        Shortage shortage,
        IEnumerable<Occupant> pods,
        IReadOnlyList<Occupant> forced,
        VictimNeeds needs,
        Func<IReadOnlyList<Occupant>, bool>? fits = null)
    {
        (this.rules, this.node, this.shortage, this.fits, this.needs) = (rules, node, shortage, fits, needs.Amounts);
        this.pods = [.. pods];
        Array.Sort(this.pods, Occupant.Compare);
        isForced = Array.ConvertAll(this.pods, forced.Contains);
        left = new long[this.pods.Length * Width];
        for (var at = 0; at < this.pods.Length; at++)
        {
            needs.LeftBy(this.pods[at], left.AsSpan(at * Width, Width));
        }
    }

    internal VictimRules Rules => rules;

    /// <summary>In the order of <see cref="Occupant.Compare"/>.</summary>
    internal ReadOnlySpan<Occupant> Pods => pods;

    /// <summary>How many numbers have to be made up.</summary>
    internal int Width => needs.Length;

    /// <summary>Those numbers.</summary>
    internal ReadOnlySpan<long> Needs => needs;

    /// <summary>Whether numbers and quotas say it all.</summary>
    internal bool IsByNumbers => fits is null;

    /// <summary>Whether a pod has to go.</summary>
    internal bool IsForced(int at) => isForced[at];

    /// <summary>What a pod leaves of each number.</summary>
    internal ReadOnlySpan<long> LeftBy(int at) => left.AsSpan(at * Width, Width);

    /// <summary>Whether the rules let those go together.</summary>
    internal bool MayGo(IReadOnlyList<Occupant> going) => rules.AllowTogether(going, shortage);

    /// <summary>Whether, where the numbers are made up and those have gone who have to, it is enough.</summary>
    internal bool Suffices(IReadOnlyList<Occupant> going) => rules.LetsInAfter(going) && fits?.Invoke(going) != false;

    /// <summary>Whether it is enough that those go.</summary>
    internal bool IsEnough(List<Occupant> going)
    {
        Span<long> lacking = stackalloc long[Width];
        needs.CopyTo(lacking);
        for (var at = 0; at < pods.Length; at++)
        {
            var goes = going.Contains(pods[at]);
            if (isForced[at] && !goes)
            {
                return false;
            }

            for (var number = 0; goes && number < lacking.Length; number++)
            {
                lacking[number] -= left[at * Width + number];
            }
        }

        foreach (var amount in lacking)
        {
            if (amount > 0)
            {
                return false;
            }
        }

        return Suffices(going);
    }

    /// <summary>Those, without whoever need not go: first who violates budgets, then the most important come back.</summary>
    internal VictimSet Spare(List<Occupant> going)
    {
        var order = Comparer<Occupant>.Create(Occupant.Compare);
        var budgets = new BudgetCount(rules);
        var violating = going.Order(order).Where(budgets.Take).ToHashSet();
        foreach (var pod in going.OrderByDescending(violating.Contains).ThenByDescending(pod => pod, order).ToList())
        {
            var without = going.FindAll(other => other != pod);
            going = IsEnough(without) ? without : going;
        }

        return Set(going);
    }

    /// <summary>Those as a set.</summary>
    internal VictimSet Set(IEnumerable<Occupant> going) => VictimSet.Of(node, shortage, rules, going);
}
