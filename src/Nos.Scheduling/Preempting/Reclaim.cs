using Nos.Scheduling.Fitting;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Preempting;

/// <summary>Decides whom a pod without room may have evicted, and where it gets its room. Rules R1 to R4.</summary>
/// <remarks>
/// <para>All victims are on the node where the room is made. The set is the one with the fewest violations of PodDisruptionBudgets, then the lowest highest
/// priority, the fewest pods, the least running time lost; then pod by pod the lower priority, the less running time, the lower namespace, name and uid.
/// Nobody goes who need not: leaving any victim out leaves too little.</para>
/// <para>A pod with one slice: every GPU, and on MIG every start, is looked at, so the set is the best there is; where more than some 14 pods could be
/// combined (MPS shares, cpu, memory) the search is bounded, and what it finds may be second best. A pod with several slices: exact for up to 8 candidates
/// on a node; else all go and come back, the most important first, where that leaves enough.</para>
/// </remarks>
public static class Reclaim
{
    /// <summary>What to do for the preemptor. Equal inputs give equal answers, in whatever order pods and nodes are listed.</summary>
    /// <param name="scene">The cluster.</param>
    /// <param name="preemptor">Who waits.</param>
    /// <param name="offered">The nodes of its last filter call, which passed the scheduler's own filters; <see langword="null"/> where that is not known.</param>
    /// <param name="spared">The uids of pods that must not be chosen: their eviction has just been refused.</param>
    public static ReclaimDecision Decide(ReclaimScene scene, Preemptor preemptor, IReadOnlyCollection<string>? offered, IReadOnlySet<string> spared)
    {
        var rules = new VictimRules(scene, preemptor, spared, []);
        var filter = new NodeFilter(preemptor.Demand);
        var considered = new ConsideredNodes(preemptor, offered);
        var lacking = new List<(int Place, Shortage Shortage)>();
        Node? roomToCome = null;
        for (var place = 0; place < scene.Cluster.Nodes.Length; place++)
        {
            var node = scene.Cluster.Nodes[place];
            if (!considered.Has(node))
            {
                continue;
            }

            var then = scene.Index.On(place).Node;
            var shortage = Shortage.On(then, preemptor.Demand, ref filter);
            if (shortage.IsNone && rules.IsAllowed)
            {
                if (IsThereNow(scene, preemptor, node, ref filter))
                {
                    return ReclaimDecision.HasRoom(node.Name, Place(node, preemptor.Demand), isToCome: false);
                }

                roomToCome ??= then;
            }

            lacking.Add((place, shortage));
        }

        return roomToCome is not null ? ReclaimDecision.HasRoom(roomToCome.Name, Place(roomToCome, preemptor.Demand), isToCome: true)
            : lacking.Count == 0 ? ReclaimDecision.Nothing(ReclaimObstacle.NoNode, "no node may have the pod, whoever went")
            : !preemptor.MayPreempt ? ReclaimDecision.Nothing(ReclaimObstacle.NeverPreempts, "its preemptionPolicy is Never")
            : Evict(scene, rules, lacking, ref filter);
    }

    private static ReclaimDecision Evict(ReclaimScene scene, VictimRules rules, List<(int Place, Shortage Shortage)> lacking, ref NodeFilter filter)
    {
        var best = default(VictimSet);
        var hasCandidates = false;
        foreach (var (place, shortage) in lacking)
        {
            if (!shortage.IsHopeless)
            {
                var search = new NodeSearch(rules, scene.Index.On(place), shortage, best);
                hasCandidates |= search.HasCandidates;
                best = search.Best(ref filter) ?? best;
            }
        }

        if (best is null)
        {
            return ReclaimReasons.Nothing(rules, hasCandidates);
        }

        var node = best.Node.Node;
        var placement = Place(NodeOccupancy.Vacate(node, best.Pods), rules.Preemptor.Demand);
        var victims = Victims(rules, best.Pods, best.Shortage);
        return new ReclaimDecision(ReclaimKind.Evicts, node.Name, placement, victims, best.Node.IsWaitedFor, ReclaimObstacle.None, ReclaimReasons.Evicts(node.Name, victims));
    }

    private static List<Victim> Victims(VictimRules rules, IReadOnlyList<Occupant> pods, Shortage shortage)
    {
        var budgets = new BudgetCount(rules);
        return [.. pods.Select(pod => new Victim(pod.Bound, rules.RuleOf(pod, shortage)!.Value, pod.Quota?.Quota.Key, budgets.Take(pod)))];
    }

    private static bool IsThereNow(ReclaimScene scene, Preemptor preemptor, Node node, ref NodeFilter filter) =>
        Shortage.On(node, preemptor.Demand, ref filter).IsNone && scene.Ledger.Judge(preemptor.Namespace, preemptor.Request).IsAllowed;

    private static NodePlacement Place(Node node, PodDemand demand) =>
        !demand.AsksForSlices ? NodePlacement.Nothing
        : NodePlacer.Place(node, demand, PlacementPolicy.Fragmentation)
            ?? throw new InvalidOperationException($"{node.Name} was found to have room for the pod, but no place is found there.");
}
