namespace Nos.Scheduling.Planning;

/// <summary>Serves the pods of one priority, on top of a draft that serves those above.</summary>
internal sealed class PlanSearch(PlanBudget budget)
{
    /// <summary>
    /// The best of three tries, of which the next is made only while somebody is left out: who needs no cut first, then the smallest; the smallest first; the
    /// largest first, which packs best. Each is improved by moving pods. Better is who serves more; then who destroys less, then who cuts less, then the
    /// earlier try.
    /// </summary>
    /// <param name="start">The draft so far; not changed.</param>
    /// <param name="pods">The pods of this priority, in the order of <see cref="PlanningOrder"/>.</param>
    /// <param name="above">All pods of higher priority, served or not.</param>
    internal PlanDraft Serve(PlanDraft start, IReadOnlyList<PendingPod> pods, IReadOnlyList<PendingPod> above)
    {
        var best = Try(start, pods, above, reuseFirst: true);
        foreach (var order in new[] { pods, [.. pods.Reverse()] })
        {
            if (Served(best, pods) < pods.Count)
            {
                best = Better(best, Try(start, order, above, reuseFirst: false), pods);
            }
        }

        return best;
    }

    private static PlanDraft Better(PlanDraft best, PlanDraft next, IReadOnlyList<PendingPod> pods) =>
        (Served(next, pods), -next.Destroyed, -next.Created).CompareTo((Served(best, pods), -best.Destroyed, -best.Created)) > 0 ? next : best;

    private static int Served(PlanDraft draft, IReadOnlyList<PendingPod> pods) => pods.Count(pod => draft.PlaceOf(pod) is not null);

    private PlanDraft Try(PlanDraft start, IReadOnlyList<PendingPod> pods, IReadOnlyList<PendingPod> above, bool reuseFirst)
    {
        var draft = start.Copy();
        var left = reuseFirst ? Put(draft, pods, cuts: false) : pods;
        _ = Put(draft, left, cuts: true);
        new PlanImprovement(draft, budget).Serve(pods, above);
        return draft;
    }

    /// <summary>Puts each pod onto the node that suits it best then.</summary>
    /// <param name="draft">Where to.</param>
    /// <param name="pods">The pods, in the order to serve them.</param>
    /// <param name="cuts">Whether slices may be cut; else only pods that find free slices are served.</param>
    /// <returns>The pods that are left, in order.</returns>
    private static List<PendingPod> Put(PlanDraft draft, IReadOnlyList<PendingPod> pods, bool cuts)
    {
        var left = new List<PendingPod>();
        var refused = new HashSet<int>();
        foreach (var pod in pods)
        {
            // Room only goes: where a like pod found none, there is none.
            var kind = draft.Kinds.Of(pod);
            if (!refused.Contains(kind) && draft.BestFor(pod) is >= 0 and var best
                && draft.Nodes[best].With(pod, draft.Rule) is { } next && (cuts || !next.Pods[^1].Placement.NeedsCut))
            {
                draft.Set(best, next);
            }
            else
            {
                refused.Add(kind);
                left.Add(pod);
            }
        }

        return left;
    }
}
