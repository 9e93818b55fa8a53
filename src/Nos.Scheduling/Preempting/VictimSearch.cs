namespace Nos.Scheduling.Preempting;

/// <summary>Finds the cheapest of some pods of a node whose going leaves enough, of sets that the rules allow together.</summary>
/// <remarks>
/// Tries, pod by pod in the order of victims, with and without it, and leaves what cannot become better than what is known. Exact up to some 14 pods, and
/// mostly far beyond; after so many tries that is counted (not timed, so answers repeat), and the better of what was found and <see cref="Reprieve"/> is taken.
/// </remarks>
internal sealed class VictimSearch
{
    /// <summary>Enough for every choice of 14 pods.</summary>
    private const int MostTries = 1 << 15;

    private readonly VictimRules rules;
    private readonly NodeOccupancy node;
    private readonly Shortage shortage;
    private readonly Occupant[] pods;
    private readonly bool[] isForced;
    private readonly Func<IReadOnlyList<Occupant>, bool>? fits;
    private readonly long[] missing;
    private readonly long[] left;
    private readonly long[] leftByRest;
    private readonly long[] mostLeftByRest;
    private readonly long[] leastLostByRest;
    private readonly int lastForced;
    private readonly BudgetCount budgets;
    private readonly List<Occupant> chosen = [];
    private Occupant[]? best;
    private VictimCost? bestCost;
    private int tries;

    /// <param name="rules">Who may go.</param>
    /// <param name="node">The node.</param>
    /// <param name="shortage">What is lacking there.</param>
    /// <param name="pods">Pods that may go.</param>
    /// <param name="forced">Those of them that have to.</param>
    /// <param name="needs">What has to be left by all of them together.</param>
    /// <param name="fits">Whether, when that is left, it is enough; never less so for more pods. <see langword="null"/>: it is.</param>
    internal VictimSearch(
        VictimRules rules,
        NodeOccupancy node,
        Shortage shortage,
        IEnumerable<Occupant> pods,
        IReadOnlyList<Occupant> forced,
        VictimNeeds needs,
        Func<IReadOnlyList<Occupant>, bool>? fits = null)
    {
        (this.rules, this.node, this.shortage, this.fits, budgets) = (rules, node, shortage, fits, new BudgetCount(rules));
        this.pods = [.. pods];
        Array.Sort(this.pods, Occupant.Compare);
        isForced = Array.ConvertAll(this.pods, forced.Contains);
        lastForced = Array.LastIndexOf(isForced, true);
        missing = [.. needs.Amounts];
        var width = missing.Length;
        left = new long[this.pods.Length * width];
        (leftByRest, mostLeftByRest) = (new long[left.Length + width], new long[left.Length + width]);
        leastLostByRest = new long[this.pods.Length];
        for (var at = this.pods.Length - 1; at >= 0; at--)
        {
            leastLostByRest[at] = Math.Min(this.pods[at].LostTicks, at + 1 < this.pods.Length ? leastLostByRest[at + 1] : long.MaxValue);
            needs.LeftBy(this.pods[at], left.AsSpan(at * width, width));
            for (var number = at * width; number < (at + 1) * width; number++)
            {
                leftByRest[number] = leftByRest[number + width] + left[number];
                mostLeftByRest[number] = Math.Max(mostLeftByRest[number + width], left[number]);
            }
        }
    }

    /// <summary>How many pods are chosen from.</summary>
    internal int Count => pods.Length;

    /// <summary>The cheapest set; <see langword="null"/> where there is none, or none cheaper than or as cheap as <paramref name="known"/>.</summary>
    internal VictimSet? Best(VictimSet? known)
    {
        Try(0, VictimCost.Nothing, known?.Cost);
        if (tries <= MostTries)
        {
            return best is null ? null : Set(best);
        }

        // What was found so far may name some who need not go.
        var found = best is null ? null : Set(Spare([.. best]));
        return Reprieve() is { } reprieved && reprieved.IsBetterThan(found) ? reprieved : found;
    }

    /// <summary>
    /// All who may go together go; then, those first whose budgets they violate, the most important first, everybody comes back without whom it is enough.
    /// <see langword="null"/> where it is not enough if all go.
    /// </summary>
    internal VictimSet? Reprieve()
    {
        var going = new List<Occupant>();
        foreach (var pod in pods.Where((_, at) => isForced[at]).Concat(pods.Where((_, at) => !isForced[at])))
        {
            going.Add(pod);
            if (!rules.AllowTogether(going, shortage))
            {
                going.RemoveAt(going.Count - 1);
            }
        }

        return IsEnough(going) ? Set(Spare(going)) : null;
    }

    private List<Occupant> Spare(List<Occupant> going)
    {
        var count = new BudgetCount(rules);
        var violating = going.OrderBy(pod => pod, Comparer<Occupant>.Create(Occupant.Compare)).Where(count.Take).ToHashSet();
        foreach (var pod in going.OrderByDescending(violating.Contains).ThenByDescending(pod => pod, Comparer<Occupant>.Create(Occupant.Compare)).ToList())
        {
            var without = going.FindAll(other => other != pod);
            going = IsEnough(without) ? without : going;
        }

        return going;
    }

    private VictimSet Set(IEnumerable<Occupant> victims) => VictimSet.Of(node, shortage, rules, victims);

    private bool IsEnough(List<Occupant> going)
    {
        var width = missing.Length;
        Span<long> lacking = stackalloc long[width];
        missing.CopyTo(lacking);
        for (var at = 0; at < pods.Length; at++)
        {
            var goes = going.Contains(pods[at]);
            if (isForced[at] && !goes)
            {
                return false;
            }

            for (var number = 0; goes && number < width; number++)
            {
                lacking[number] -= left[at * width + number];
            }
        }

        foreach (var amount in lacking)
        {
            if (amount > 0)
            {
                return false;
            }
        }

        return rules.LetsInAfter(going) && fits?.Invoke(going) != false;
    }

    private void Try(int at, VictimCost cost, VictimCost? known)
    {
        if (++tries > MostTries || !Reach(at, out var more))
        {
            return;
        }

        if (more == 0 && at > lastForced && rules.LetsInAfter(chosen) && fits?.Invoke(chosen) != false)
        {
            if (bestCost is not { } before || cost.CompareTo(before) < 0)
            {
                (best, bestCost) = ([.. chosen], cost);
            }

            return;
        }

        if (at == pods.Length)
        {
            return;
        }

        // At least one more is needed, and none of those that follow has a lower priority.
        more = Math.Max(more, 1);
        var least = new VictimCost(
            cost.Violations, Math.Max(cost.Priority, pods[at].Priority), cost.Count + more, cost.LostTicks + Math.Min(more * leastLostByRest[at], long.MaxValue - cost.LostTicks));
        if (known is { } limit && least.CompareTo(limit) > 0 || bestCost is { } found && least.CompareTo(found) >= 0)
        {
            return;
        }

        if (isForced[at] || Helps(at))
        {
            With(at, cost, known);
        }

        if (!isForced[at])
        {
            Try(at + 1, cost, known);
        }
    }

    private void With(int at, VictimCost cost, VictimCost? known)
    {
        var (pod, width) = (pods[at], missing.Length);
        chosen.Add(pod);
        if (rules.AllowTogether(chosen, shortage))
        {
            var then = cost.With(pod, budgets.Take(pod));
            Move(at, -1);
            Try(at + 1, then, known);
            Move(at, 1);
            budgets.Undo(pod);
        }

        chosen.RemoveAt(chosen.Count - 1);

        void Move(int index, int sign)
        {
            for (var number = 0; number < width; number++)
            {
                missing[number] += sign * left[index * width + number];
            }
        }
    }

    /// <summary>Whether the pod leaves something that is still lacking, as far as that can be told from numbers.</summary>
    private bool Helps(int at)
    {
        var helps = fits is not null || !rules.IsAllowed;
        for (var number = 0; number < missing.Length; number++)
        {
            helps |= missing[number] > 0 && left[at * missing.Length + number] > 0;
        }

        return helps;
    }

    /// <summary>How many more pods it takes at least; <see langword="false"/> where those that follow do not leave enough.</summary>
    private bool Reach(int at, out int more)
    {
        var width = missing.Length;
        more = 0;
        for (var number = 0; number < width; number++)
        {
            if (missing[number] > 0)
            {
                if (leftByRest[at * width + number] < missing[number])
                {
                    return false;
                }

                var most = mostLeftByRest[at * width + number];
                more = (int)Math.Max(more, (missing[number] + most - 1) / most);
            }
        }

        return true;
    }
}
