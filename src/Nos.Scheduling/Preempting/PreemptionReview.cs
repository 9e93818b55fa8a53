using Nos.Scheduling.Fitting;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Preempting;

/// <summary>Decides what becomes of the nodes on which kube-scheduler would preempt: whom our rules protect stays, and whom they allow is added.</summary>
public static class PreemptionReview
{
    /// <summary>
    /// The nodes that stand, in the order given, with the victims to report: first those of the scheduler that stand, then ours, each in the order of
    /// <see cref="ReclaimDecision.Victims"/>.
    /// </summary>
    /// <remarks>
    /// <para>A victim that no rule lets the preemptor evict is left out, and what it would have left is to come from others; where nobody else has it, the node
    /// is left out, as it is where the scheduler needs that pod for what is not judged here (host ports, affinity). So it is where a victim is not known.
    /// Victims that are terminating already are kept.</para>
    /// <para>Where the pod lacks something still when the scheduler's victims have gone, the cheapest set is added that the rules allow, as <see cref="Reclaim"/>
    /// chooses; where there is none, the node is left out. A node that came without victims may be answered without; one that came with some never is. On a
    /// node that the snapshot does not know only the rules are asked.</para>
    /// <para>The number of violations is the scheduler's where its victims are unchanged, else counted anew over all.</para>
    /// </remarks>
    /// <param name="scene">The cluster.</param>
    /// <param name="preemptor">Who preempts.</param>
    /// <param name="candidates">What the scheduler proposes.</param>
    public static IReadOnlyList<PreemptionCandidate> Decide(ReclaimScene scene, Preemptor preemptor, IReadOnlyList<PreemptionCandidate> candidates)
    {
        var filter = new NodeFilter(preemptor.Demand);
        var reviewed = new List<PreemptionCandidate>();
        foreach (var candidate in candidates)
        {
            if (Review(scene, preemptor, candidate, ref filter) is { } stands)
            {
                reviewed.Add(stands);
            }
        }

        return reviewed;
    }

    private static PreemptionCandidate? Review(ReclaimScene scene, Preemptor preemptor, PreemptionCandidate candidate, ref NodeFilter filter)
    {
        var proposed = candidate.Victims.Select(scene.Index.Find).ToList();
        if (proposed.Exists(pod => pod is null || pod.Bound.Node != candidate.Node) || (proposed.Count > 0 && !preemptor.MayPreempt))
        {
            return null;
        }

        var node = scene.Cluster.Find(candidate.Node);
        var shortage = node is null ? Shortage.OfAll(preemptor.Demand)
            : Shortage.On(scene.Index.On(scene.Cluster.Places[node.Name]).Node, preemptor.Demand, ref filter);
        if (node is not null)
        {
            scene.Index.On(scene.Cluster.Places[node.Name]).FindHolders();
        }

        var kept = Keep(new VictimRules(scene, preemptor, new HashSet<string>(), []), proposed.OfType<Occupant>(), shortage);
        var rules = new VictimRules(scene, preemptor, new HashSet<string>(), kept);
        if (node is null)
        {
            return kept.Count == proposed.Count && kept.Count > 0 && rules.IsAllowed ? candidate : null;
        }

        var then = scene.Index.Without(node, kept);
        var lacking = Shortage.On(then.Node, preemptor.Demand, ref filter);
        if (lacking.IsNone && rules.IsAllowed)
        {
            // Why the scheduler needs a pod that we would leave out cannot be seen here.
            return kept.Count == proposed.Count ? candidate : null;
        }

        return IsOutOfQuestion(node, lacking, preemptor) || new NodeSearch(rules, then, lacking, null).Best(ref filter) is not { } more ? null
            : new PreemptionCandidate(node.Name, [.. kept.Concat(more.Pods).Select(pod => pod.Uid)], Violations(scene, preemptor, [.. kept, .. more.Pods]));
    }

    private static bool IsOutOfQuestion(Node node, Shortage lacking, Preemptor preemptor) =>
        lacking.IsHopeless || !preemptor.MayPreempt || (preemptor.Demand.AsksForSlices && node.Obstacle != Misfit.None);

    /// <summary>Those of the proposed whom the rules let go, together.</summary>
    private static List<Occupant> Keep(VictimRules rules, IEnumerable<Occupant> proposed, Shortage shortage)
    {
        var kept = new List<Occupant>();
        foreach (var pod in proposed.Order(Comparer<Occupant>.Create(Occupant.Compare)))
        {
            kept.Add(pod);
            if (!pod.Bound.IsTerminating && (rules.RuleOf(pod, shortage) is null || !rules.AllowTogether(kept.FindAll(other => !other.Bound.IsTerminating), shortage)))
            {
                kept.RemoveAt(kept.Count - 1);
            }
        }

        return kept;
    }

    private static int Violations(ReclaimScene scene, Preemptor preemptor, List<Occupant> victims)
    {
        var budgets = new BudgetCount(new VictimRules(scene, preemptor, new HashSet<string>(), []));
        return victims.Count(budgets.Take);
    }
}
