using Nos.Scheduling.Fitting;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Planning;

/// <summary>A plan that is being made: all nodes with the pods that were put on them so far.</summary>
internal sealed class PlanDraft
{
    private readonly NodeDraft[] nodes;
    private readonly Dictionary<string, int> places;
    private readonly Node?[] fitting;

    internal PlanDraft(ClusterSnapshot cluster, PodKinds kinds, PlacementRule rule)
        : this([.. cluster.Nodes.Select(NodeDraft.Of)], new Dictionary<string, int>(StringComparer.Ordinal), kinds, rule)
    {
    }

    private PlanDraft(NodeDraft[] nodes, Dictionary<string, int> places, PodKinds kinds, PlacementRule rule) =>
        (this.nodes, this.places, Kinds, Rule, fitting) = (nodes, places, kinds, rule, new Node?[nodes.Length]);

    internal PlacementRule Rule { get; }

    internal PodKinds Kinds { get; }

    internal IReadOnlyList<NodeDraft> Nodes => nodes;

    /// <summary>How many free slices go.</summary>
    internal int Destroyed => Slices().Sum(slice => slice.Destroyed.Count);

    /// <summary>How many slices are made.</summary>
    internal int Created => Slices().Count(slice => !slice.IsReuse);

    /// <summary>The plan's pods on a node.</summary>
    internal IEnumerable<PendingPod> PodsOn(int place) => nodes[place].Pods.Select(planned => planned.Pod);

    internal PlanDraft Copy() => new([.. nodes], new Dictionary<string, int>(places, places.Comparer), Kinds, Rule);

    /// <summary>Where in <see cref="Nodes"/> the pod was put; <see langword="null"/>: nowhere.</summary>
    internal int? PlaceOf(PendingPod pod) => places.TryGetValue(pod.Uid, out var place) ? place : null;

    /// <summary>The node that suits the pod best as things are, or -1.</summary>
    internal int BestFor(PendingPod pod)
    {
        var suitability = new NodeSuitability(pod.Demand, pod.Requirements);
        var any = false;
        for (var place = 0; place < nodes.Length; place++)
        {
            var fits = suitability.Check(nodes[place].Now).IsNone;
            fitting[place] = fits ? nodes[place].Now : null;
            any |= fits;
        }

        if (!any)
        {
            return -1;
        }

        return pod.Demand.AsksForSlices ? NodeRanking.Best(fitting, pod.Demand, Rule.Policy, Rule.Prices) : BestWithoutSlices();
    }

    /// <summary>Puts a node's new draft in the place of the old one.</summary>
    internal void Set(int place, NodeDraft draft)
    {
        foreach (var (pod, _) in nodes[place].Pods)
        {
            if (PlaceOf(pod) == place)
            {
                places.Remove(pod.Uid);
            }
        }

        nodes[place] = draft;
        foreach (var (pod, _) in draft.Pods)
        {
            places[pod.Uid] = place;
        }
    }

    /// <summary>We have no opinion on pods without slices, but they should leave nodes with GPUs to those that need them: then the most free cpu, then the name.</summary>
    private int BestWithoutSlices() => Enumerable.Range(0, fitting.Length)
        .Where(place => fitting[place] is not null)
        .OrderBy(place => fitting[place]!.Obstacle != Misfit.NodeNotManaged)
        .ThenByDescending(place => fitting[place]!.Room.CpuMilli)
        .ThenBy(place => place)
        .First();

    private IEnumerable<PlacedSlice> Slices() => nodes.SelectMany(node => node.Pods).SelectMany(pod => pod.Placement.Slices);
}
