using System.Runtime.CompilerServices;
using Nos.Scheduling.Fitting;

namespace Nos.Scheduling.Planning;

/// <summary>Finds places in a draft by moving pods of the plan, none of which is bound yet. Whoever has a place keeps one.</summary>
internal sealed class PlanMoves(PlanDraft draft, PlanBudget budget)
{
    /// <summary>How many pods one may push away at once.</summary>
    private const int MostPushed = 4;

    private readonly Stack<(int Place, NodeDraft Before)> undo = new();

    /// <summary>What was tried in vain: a node's draft, and the kind of the pod that it does not hold besides.</summary>
    private readonly HashSet<(NodeDraft, int)> hopeless = new(ByReference.Instance);

    /// <summary>How much has been done: what to go back to.</summary>
    internal int Mark => undo.Count;

    /// <summary>Finds the pod a place: as things are, else by moving pods about on one node, else by pushing some away to other nodes.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="chain">How long the chain of pods that push each other away may get.</param>
    internal bool TryPlace(PendingPod pod, int chain) => TryPlace(pod, [], chain);

    /// <summary>Takes a pod off its node.</summary>
    internal void Remove(PendingPod pod)
    {
        var place = draft.PlaceOf(pod)!.Value;
        Set(place, draft.Nodes[place].Repacked([.. draft.PodsOn(place).Where(other => other != pod)], draft.Rule)!);
    }

    /// <summary>Undoes everything since <paramref name="mark"/>.</summary>
    internal void GoBack(int mark)
    {
        while (undo.Count > mark)
        {
            var (changed, before) = undo.Pop();
            draft.Set(changed, before);
        }
    }

    /// <param name="pod">The pod.</param>
    /// <param name="settled">Nodes that somebody in the chain was put on: nobody is pushed away from there.</param>
    /// <param name="chain">How often pods may be pushed away yet.</param>
    private bool TryPlace(PendingPod pod, HashSet<int> settled, int chain)
    {
        if (draft.BestFor(pod) is >= 0 and var best)
        {
            Set(best, draft.Nodes[best].With(pod, draft.Rule)!);
            return true;
        }

        var touched = Touched(pod);
        foreach (var place in touched)
        {
            if (TryRepack(pod, place))
            {
                return true;
            }
        }

        return chain > 0 && touched.Exists(place => !settled.Contains(place)
            && (TryPush(pod, place, settled, chain - 1, largestStay: true) || TryPush(pod, place, settled, chain - 1, largestStay: false)));
    }

    private bool TryRepack(PendingPod pod, int place)
    {
        var attempt = (draft.Nodes[place], draft.Kinds.Of(pod));
        if (hopeless.Contains(attempt))
        {
            return false;
        }

        if (Repacked(place, [.. draft.PodsOn(place), pod]) is { } packed)
        {
            Set(place, packed);
            return true;
        }

        hopeless.Add(attempt);
        return false;
    }

    /// <summary>Puts the pod onto the node, and those that do not go beside it elsewhere; if one finds no place, nothing has happened.</summary>
    private bool TryPush(PendingPod pod, int place, HashSet<int> settled, int chain, bool largestStay)
    {
        var (stay, go) = (new List<PendingPod> { pod }, new List<PendingPod>());
        var packed = Repacked(place, stay);
        foreach (var other in PlanningOrder.BySize(draft.PodsOn(place), largestFirst: largestStay))
        {
            if (packed is not null && go.Count <= MostPushed && (packed.With(other, draft.Rule) ?? Repacked(place, [.. stay, other])) is { } more)
            {
                packed = more;
                stay.Add(other);
            }
            else
            {
                go.Add(other);
            }
        }

        // A like pod in its place would be where it is now.
        if (packed is null || go.Count > MostPushed || go.Exists(other => draft.Kinds.Of(other) == draft.Kinds.Of(pod)))
        {
            return false;
        }

        var mark = Mark;
        Set(place, packed);
        HashSet<int> with = [.. settled, place];
        if (go.TrueForAll(other => TryPlace(other, with, chain)))
        {
            return true;
        }

        GoBack(mark);
        return false;
    }

    private void Set(int place, NodeDraft next)
    {
        undo.Push((place, draft.Nodes[place]));
        draft.Set(place, next);
    }

    private NodeDraft? Repacked(int place, List<PendingPod> pods) =>
        draft.Nodes[place].MightHold(pods) && budget.Take(pods.Count) ? draft.Nodes[place].Repacked(pods, draft.Rule) : null;

    /// <summary>The nodes with pods of the plan that would take the pod if these were not there, by name. On others it would have been put if it went.</summary>
    private List<int> Touched(PendingPod pod)
    {
        var suitability = new NodeSuitability(pod.Demand, pod.Requirements);
        var touched = new List<int>();
        for (var place = 0; place < draft.Nodes.Count; place++)
        {
            if (draft.Nodes[place].Pods.Length > 0 && suitability.Check(draft.Nodes[place].Bare).IsNone)
            {
                touched.Add(place);
            }
        }

        return touched;
    }

    /// <summary>Drafts never change: the same one holds the same.</summary>
    private sealed class ByReference : IEqualityComparer<(NodeDraft Draft, int Kind)>
    {
        internal static ByReference Instance { get; } = new();

        public bool Equals((NodeDraft Draft, int Kind) x, (NodeDraft Draft, int Kind) y) => x.Kind == y.Kind && ReferenceEquals(x.Draft, y.Draft);

        public int GetHashCode((NodeDraft Draft, int Kind) obj) => HashCode.Combine(RuntimeHelpers.GetHashCode(obj.Draft), obj.Kind);
    }
}
