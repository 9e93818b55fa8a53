using Nos.Scheduling.Nodes;
using Nos.Scheduling.Quotas;

namespace Nos.Scheduling.Preempting;

/// <summary>The bound pods of a scene by uid, by node and by quota.</summary>
internal sealed class SceneIndex
{
    private readonly ReclaimScene scene;
    private readonly Dictionary<string, Occupant> byUid;
    private readonly Dictionary<string, List<Occupant>> byNode = new(StringComparer.Ordinal);
    private readonly Dictionary<string, QuotaPods?> bySpace = new(StringComparer.Ordinal);
    private readonly Dictionary<QuotaKey, QuotaPods> quotas = [];
    private readonly NodeOccupancy?[] occupancies;

    internal SceneIndex(ReclaimScene scene)
    {
        this.scene = scene;
        byUid = new Dictionary<string, Occupant>(scene.Pods.Length, StringComparer.Ordinal);
        occupancies = new NodeOccupancy?[scene.Cluster.Nodes.Length];
        foreach (var pod in scene.Pods)
        {
            var occupant = new Occupant(pod, QuotaOver(pod.Pod.Namespace), scene.Moment);
            if (byUid.TryAdd(pod.Pod.Uid, occupant))
            {
                occupant.Quota?.Add(pod);
                var neighbours = byNode.TryGetValue(pod.Node, out var known) ? known : byNode[pod.Node] = [];
                occupant.Place = neighbours.Count;
                neighbours.Add(occupant);
            }
        }
    }

    /// <summary>How many quotas have pods.</summary>
    internal int Quotas => quotas.Count;

    /// <summary>The pod of that uid, or <see langword="null"/>.</summary>
    internal Occupant? Find(string uid) => byUid.GetValueOrDefault(uid);

    /// <summary>Who is on a node, once those that are terminating have gone.</summary>
    /// <param name="place">The node's place in the snapshot.</param>
    internal NodeOccupancy On(int place) => occupancies[place] ??= Look(scene.Cluster.Nodes[place], []);

    /// <summary>The same, with others gone too.</summary>
    internal NodeOccupancy Without(Node node, IReadOnlyList<Occupant> gone) => Look(node, gone);

    private NodeOccupancy Look(Node node, IReadOnlyList<Occupant> gone)
    {
        var all = byNode.TryGetValue(node.Name, out var known) ? known : [];
        var leaving = all.FindAll(pod => pod.Bound.IsTerminating || gone.Contains(pod));
        return new NodeOccupancy(leaving.Count == 0 ? node : NodeOccupancy.Vacate(node, leaving), all, leaving.Count > 0, Find);
    }

    private QuotaPods? QuotaOver(string space)
    {
        if (!bySpace.TryGetValue(space, out var pods))
        {
            pods = scene.Ledger.RulerOf(space) is not { } quota ? null
                : quotas.TryGetValue(quota.Key, out var known) ? known
                : quotas[quota.Key] = new QuotaPods(quota, space, quotas.Count);
            bySpace[space] = pods;
        }

        return pods;
    }
}
