using Nos.Scheduling.Fitting;
using Nos.Scheduling.Nodes;
using Nos.Scheduling.Pricing;

namespace Nos.Scheduling.Planning;

/// <summary>
/// Plans for a batch of pods at once: which node and slices each gets and what has to be cut for that, or why it stays out. Used where no scheduler asks us
/// pod by pod.
/// </summary>
/// <remarks>
/// <para>Priority comes first: no pod is left out for one of lower priority. Among equals as many pods as can be found are served (<see cref="PlanSearch"/>);
/// finding the most is a hard problem, and on small clusters, where it can be checked, one plan in some hundreds serves a pod less.
/// What one pod takes is gone for the next, slices that are held stay, and slices that are kept for a pod of the batch are its place.</para>
/// <para>Equal inputs give equal plans, in whatever order nodes and pods are given. Quotas are not judged here.</para>
/// </remarks>
public static class PartitioningPlanner
{
    /// <summary>Plans.</summary>
    /// <param name="cluster">The cluster as it is.</param>
    /// <param name="pods">The pods, in any order; their uids differ.</param>
    /// <param name="policy">By what a place is preferred to another.</param>
    /// <param name="prices">What was learned of the pods to come; <see langword="null"/> where nothing was.</param>
    public static PartitioningPlan Plan(ClusterSnapshot cluster, IReadOnlyList<PendingPod> pods, PlacementPolicy policy, SlicePrices? prices = null)
    {
        var ordered = PlanningOrder.Sort(pods);
        var kept = Kept(cluster, ordered);
        var draft = new PlanDraft(cluster, new PodKinds(ordered), new PlacementRule(policy, prices));
        var search = new PlanSearch(new PlanBudget());
        var above = new List<PendingPod>();
        foreach (var equals in ordered.Where(pod => !kept.ContainsKey(pod.Uid)).GroupBy(pod => pod.Priority))
        {
            draft = search.Serve(draft, [.. equals], above);
            above.AddRange(equals);
        }

        return Finish(draft, ordered, kept);
    }

    /// <summary>The pods that have their slices already and only have to be bound, by uid.</summary>
    private static Dictionary<string, PodOutcome.Placed> Kept(ClusterSnapshot cluster, IReadOnlyList<PendingPod> pods)
    {
        var kept = new Dictionary<string, PodOutcome.Placed>(StringComparer.Ordinal);
        var waiting = pods.Where(pod => pod.Demand.AsksForSlices).ToDictionary(pod => pod.Uid, StringComparer.Ordinal);
        foreach (var node in cluster.Nodes.Where(node => node.Obstacle == Misfit.None))
        {
            var owners = node.Gpus.SelectMany(gpu => gpu.Slices).Where(slice => slice.Hold == SliceHold.Reserved).Select(slice => slice.OwnerUid).OfType<string>();
            foreach (var pod in owners.Distinct(StringComparer.Ordinal).Select(waiting.GetValueOrDefault).OfType<PendingPod>())
            {
                if (new NodeSuitability(pod.Demand, pod.Requirements).CheckTraits(node).IsNone && KeptPlacement.Of(node, pod) is { } placement)
                {
                    kept.TryAdd(pod.Uid, new PodOutcome.Placed(pod, node.Name, placement, IsKept: true));
                }
            }
        }

        return kept;
    }

    /// <summary>Puts the pods onto the nodes once more, in the order in which the plan is to be carried out, so that it tells exactly what happens then.</summary>
    private static PartitioningPlan Finish(PlanDraft draft, IReadOnlyList<PendingPod> pods, Dictionary<string, PodOutcome.Placed> kept)
    {
        var after = draft.Nodes.Select(node => node.Bare).ToArray();
        var outcomes = new PodOutcome[pods.Count];
        for (var index = 0; index < outcomes.Length; index++)
        {
            var pod = pods[index];
            if (kept.TryGetValue(pod.Uid, out var has))
            {
                outcomes[index] = has;
            }
            else if (draft.PlaceOf(pod) is { } place)
            {
                var planned = draft.Nodes[place].Pods.First(planned => planned.Pod == pod).Placement;
                (after[place], var placement) = PlacementTaking.Take(after[place], planned, pod.Demand, pod.Uid)
                    ?? throw new InvalidOperationException($"{pod} has a place on {after[place]} in one order and none in another: taking places is wrong.");
                outcomes[index] = new PodOutcome.Placed(pod, after[place].Name, placement, IsKept: false);
            }
        }

        var explained = new Dictionary<int, PodOutcome.StaysOut>();
        for (var index = 0; index < outcomes.Length; index++)
        {
            outcomes[index] ??= Explain(pods[index], draft.Kinds.Of(pods[index]), after, explained);
        }

        var changed = draft.Nodes.Select((node, place) => new PlannedNode(node.Bare, after[place])).Where((_, place) => draft.Nodes[place].Pods.Length > 0);
        return new PartitioningPlan(outcomes, [.. changed]);
    }

    private static PodOutcome.StaysOut Explain(PendingPod pod, int kind, Node[] after, Dictionary<int, PodOutcome.StaysOut> explained)
    {
        if (!explained.TryGetValue(kind, out var like))
        {
            explained[kind] = like = NearestPlaces.Explain(pod, after);
        }

        return new PodOutcome.StaysOut(pod, like.Refusals, like.Nearest);
    }
}
