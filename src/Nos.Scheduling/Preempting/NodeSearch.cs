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

    /// <param name="rules">Who may go.</param>
    /// <param name="node">The node.</param>
    /// <param name="shortage">What is lacking there.</param>
    internal NodeSearch(VictimRules rules, NodeOccupancy node, Shortage shortage)
    {
        (this.rules, this.node, this.shortage, mayGo) = (rules, node, shortage, new bool[node.Pods.Count]);
        for (var place = 0; place < mayGo.Length; place++)
        {
            var pod = node.Pods[place];
            mayGo[place] = !rules.Gone.Contains(pod) && rules.RuleOf(pod, shortage) is not null;
            HasCandidates |= mayGo[place] && (shortage.IsEasedBy(pod) || !rules.IsAllowed);
        }
    }

    /// <summary>Whether anybody may go who leaves something that is lacking.</summary>
    internal bool HasCandidates { get; }

    /// <summary>The cheapest set; <see langword="null"/> where there is none, or none that is better than <paramref name="known"/>.</summary>
    /// <param name="known">The best of other nodes, or <see langword="null"/>.</param>
    /// <param name="filter">Judges the preemptor's slices.</param>
    internal VictimSet? Best(VictimSet? known, ref NodeFilter filter)
    {
        if (!HasCandidates)
        {
            return null;
        }

        var demand = rules.Preemptor.Demand;
        if (!shortage.InSlices)
        {
            return Better(Search([], new VictimNeeds(shortage)).Best(known), known);
        }

        return demand.Slices.Count > 1 ? BestForSeveral(known, ref filter)
            : demand.Slices[0].Resource.IsMig ? BestMig(demand.Slices[0], known)
            : BestMps(demand.Slices[0], known);
    }

    private VictimSet? BestMig(SliceRequest request, VictimSet? known)
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

                var found = needsMore || tooMany > 0 ? Search(forced, new VictimNeeds(shortage, (tooMany, 0, 0), places.Like)).Best(limit)
                    : rules.AllowTogether(forced, shortage) ? VictimSet.Of(node, shortage, rules, forced)
                    : null;
                best = Better(found, limit) ?? best;
            }
        }

        return best;
    }

    private VictimSet? BestMps(SliceRequest request, VictimSet? known)
    {
        var best = default(VictimSet);
        var forced = new List<Occupant>();
        for (var gpu = 0; gpu < node.Node.Gpus.Length; gpu++)
        {
            var shares = new MpsEvictions(node, gpu, mayGo, request);
            var limit = best ?? known;
            if (shares.Forced(forced) && (limit is null || Least(forced).CompareTo(limit.Cost) <= 0))
            {
                best = Better(Search(forced, new VictimNeeds(shortage, shares.Missing, shares.LeftBy)).Best(limit), limit) ?? best;
            }
        }

        return best;
    }

    /// <summary>
    /// Several slices: whoever may go goes, and comes back where that leaves enough; where candidates are few, all their combinations are tried as well.
    /// </summary>
    private VictimSet? BestForSeveral(VictimSet? known, ref NodeFilter filter)
    {
        var judge = filter;
        var search = Search([], new VictimNeeds(shortage), going => judge.Check(NodeOccupancy.Vacate(node.Node, going)) == Misfit.None);
        var first = Better(search.Reprieve(), known);
        var best = search.Count <= FewCandidates ? Better(search.Best(first ?? known), first ?? known) ?? first : first;
        filter = judge;
        return best;
    }

    private VictimSearch Search(IReadOnlyList<Occupant> forced, VictimNeeds needs, Func<IReadOnlyList<Occupant>, bool>? fits = null)
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

        return new VictimSearch(rules, node, shortage, pods, forced, needs, fits);
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

    private static VictimSet? Better(VictimSet? found, VictimSet? known) => found is not null && found.IsBetterThan(known) ? found : null;
}
