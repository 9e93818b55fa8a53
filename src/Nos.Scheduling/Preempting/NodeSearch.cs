using Nos.Scheduling.Fitting;

namespace Nos.Scheduling.Preempting;

/// <summary>Finds the cheapest pods of one node whose going makes room for the preemptor.</summary>
internal sealed class NodeSearch
{
    /// <summary>Pods with several slices: so few candidates are tried in every combination.</summary>
    private const int FewCandidates = 8;

    private readonly VictimRules rules;
    private readonly NodeOccupancy node;
    private readonly Shortage shortage;
    private readonly bool[] mayGo;
    private readonly VictimSet? known;

    /// <param name="rules">Who may go.</param>
    /// <param name="node">The node.</param>
    /// <param name="shortage">What is lacking there.</param>
    /// <param name="known">The best of other nodes, or <see langword="null"/>: whoever alone costs more is out of the question.</param>
    internal NodeSearch(VictimRules rules, NodeOccupancy node, Shortage shortage, VictimSet? known)
    {
        (this.rules, this.node, this.shortage, mayGo) = (rules, node, shortage, new bool[node.Pods.Count]);
        this.known = known;
        for (var place = 0; place < mayGo.Length; place++)
        {
            var pod = node.Pods[place];
            if (known is not null && VictimCost.Nothing.With(pod, violates: false).CompareTo(known.Cost) > 0)
            {
                continue;
            }

            node.FindHolders();
            mayGo[place] = (rules.Gone.Count == 0 || !rules.Gone.Contains(pod)) && rules.RuleOf(pod, shortage) is not null;
            HasCandidates |= mayGo[place] && (shortage.IsEasedBy(pod) || !rules.IsAllowed);
        }
    }

    /// <summary>Whether anybody may go who leaves something that is lacking, and is not out of the question.</summary>
    internal bool HasCandidates { get; }

    /// <summary>The cheapest set; <see langword="null"/> where there is none, or none that is better than what is known.</summary>
    /// <param name="filter">Judges the preemptor's slices.</param>
    internal VictimSet? Best(ref NodeFilter filter)
    {
        if (!HasCandidates)
        {
            return null;
        }

        var demand = rules.Preemptor.Demand;
        if (!shortage.InSlices)
        {
            return Better(new VictimSearch(Choose([], new VictimNeeds(shortage))).Best(known));
        }

        return demand.Slices.Count > 1 ? BestForSeveral(ref filter)
            : demand.Slices[0].Resource.IsMig ? BestMig(demand.Slices[0])
            : BestMps(demand.Slices[0]);
    }

    private VictimSet? BestMig(SliceRequest request)
    {
        var best = default(VictimSet);
        var needsMore = !rules.IsAllowed || new VictimNeeds(shortage).AreAny;
        var forced = new List<Occupant>();
        for (var gpu = 0; gpu < node.Node.Gpus.Length; gpu++)
        {
            var places = new MigEvictions(node, gpu, mayGo, request.Resource.Profile!);
            for (var start = places.Next(-1, forced, out var tooMany); start >= 0; start = places.Next(start, forced, out tooMany))
            {
                var limit = best ?? known;
                if (limit is not null && Least(forced).CompareTo(limit.Cost) > 0)
                {
                    continue;
                }

                var found = needsMore || tooMany > 0 ? new VictimSearch(Choose(forced, new VictimNeeds(shortage, (tooMany, 0, 0), places.Like))).Best(limit)
                    : rules.AllowTogether(forced, shortage) ? VictimSet.Of(node, shortage, rules, forced)
                    : null;
                best = Better(found, best) ?? best;
            }
        }

        return best;
    }

    private VictimSet? BestMps(SliceRequest request)
    {
        var best = default(VictimSet);
        var forced = new List<Occupant>();
        for (var gpu = 0; gpu < node.Node.Gpus.Length; gpu++)
        {
            var shares = new MpsEvictions(node, gpu, mayGo, request);
            var limit = best ?? known;
            if (shares.Forced(forced) && (limit is null || shares.Least(Least(forced)).CompareTo(limit.Cost) <= 0))
            {
                best = Better(new VictimSearch(Choose(forced, new VictimNeeds(shortage, shares.Missing, shares.LeftBy))).Best(limit), best) ?? best;
            }
        }

        return best;
    }

    /// <summary>
    /// Several slices: whoever may go goes, and comes back where that leaves enough; where candidates are few, all their combinations are tried as well.
    /// </summary>
    private VictimSet? BestForSeveral(ref NodeFilter filter)
    {
        var judge = filter;
        var vacated = new VacatedNode(node);
        var choice = Choose([], new VictimNeeds(shortage), going => judge.Check(vacated.Without(going)) == Misfit.None);
        var best = Better(Reprieve.Of(choice));
        best = choice.Pods.Length <= FewCandidates ? Better(new VictimSearch(choice).Best(best ?? known), best) ?? best : best;
        filter = judge;
        return best;
    }

    private VictimChoice Choose(IReadOnlyList<Occupant> forced, VictimNeeds needs, Func<IReadOnlyList<Occupant>, bool>? fits = null)
    {
        var pods = new List<Occupant>();
        Span<long> left = stackalloc long[needs.Amounts.Length];
        foreach (var pod in node.Pods)
        {
            if (!mayGo[pod.Place])
            {
                continue;
            }

            needs.LeftBy(pod, left);
            var helps = !rules.IsAllowed || (fits is not null && shortage.IsEasedBy(pod));
            for (var number = 0; number < left.Length; number++)
            {
                helps |= needs.Amounts[number] > 0 && left[number] > 0;
            }

            if (helps || forced.Contains(pod))
            {
                pods.Add(pod);
            }
        }

        return new VictimChoice(rules, node, shortage, pods, forced, needs, fits);
    }

    /// <summary>What evicting those costs at least: budgets are not counted.</summary>
    private static VictimCost Least(List<Occupant> pods)
    {
        var cost = VictimCost.Nothing;
        foreach (var pod in pods)
        {
            cost = cost.With(pod, violates: false);
        }

        return cost;
    }

    private VictimSet? Better(VictimSet? found, VictimSet? best = null) => found is not null && found.IsBetterThan(best ?? known) ? found : null;
}
