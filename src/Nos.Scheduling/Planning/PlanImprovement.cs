namespace Nos.Scheduling.Planning;

/// <summary>Serves more pods by moving those of the plan, or by leaving one out for two: none of them is bound yet.</summary>
internal sealed class PlanImprovement(PlanDraft draft, PlanBudget budget)
{
    private const int LongestChain = 3;

    private readonly PlanMoves moves = new(draft, budget);

    /// <summary>
    /// Serves as many more of the pods as it can, in their order, until no more go. Of those above as many are served afterwards as before, priority
    /// by priority, though they may be others.
    /// </summary>
    /// <param name="pods">The pods of one priority.</param>
    /// <param name="above">All pods of higher priority.</param>
    internal void Serve(IReadOnlyList<PendingPod> pods, IReadOnlyList<PendingPod> above)
    {
        while (ServeOne(pods, above))
        {
        }
    }

    private bool ServeOne(IReadOnlyList<PendingPod> pods, IReadOnlyList<PendingPod> above)
    {
        PendingPod[] left = [.. pods.Where(IsLeft).DistinctBy(draft.Kinds.Of)];
        return Array.Exists(left, pod => moves.TryPlace(pod, LongestChain))
            || Array.Exists(left, pod => TryExchange(pod, [.. above.Where(IsLeft), .. left]));
    }

    /// <summary>Leaves out a pod of the plan if that makes room for this one and for another of that pod's own priority.</summary>
    private bool TryExchange(PendingPod pod, IReadOnlyList<PendingPod> left)
    {
        foreach (var instead in left.Where(other => other != pod).DistinctBy(other => (other.Priority, draft.Kinds.Of(other))))
        {
            foreach (var gives in Planned(instead.Priority))
            {
                if (draft.Kinds.Of(gives) == draft.Kinds.Of(instead) || !budget.Take(1))
                {
                    continue;
                }

                var mark = moves.Mark;
                moves.Remove(gives);
                if (moves.TryPlace(instead, 1) && moves.TryPlace(pod, 1))
                {
                    return true;
                }

                moves.GoBack(mark);
            }
        }

        return false;
    }

    /// <summary>Pods of the plan that one might leave out: of those that are alike on one node, one.</summary>
    private PendingPod[] Planned(int priority) =>
    [
        .. draft.Nodes.Where(node => node.Pods.Length > 0)
            .SelectMany(node => node.Pods.Select(planned => planned.Pod).Where(pod => pod.Priority == priority).DistinctBy(draft.Kinds.Of)),
    ];

    private bool IsLeft(PendingPod pod) => draft.PlaceOf(pod) is null;
}
