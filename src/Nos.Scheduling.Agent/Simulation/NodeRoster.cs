using Nos.Scheduling.Agent.Allocating;
using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Documents;

namespace Nos.Scheduling.Agent.Simulation;

/// <summary>Which nodes are played, and who has to hear of what: the informers tell it, and it tells the nodes.</summary>
/// <remarks>
/// Nodes, GpuNodes and pods come in any order. What comes before its node waits here. A machine stays when its node is played no more,
/// as hardware does: should the node come back, its slices are there.
/// </remarks>
/// <param name="context">What the nodes share.</param>
/// <param name="cancellation">Ends their rounds.</param>
internal sealed class NodeRoster(SimulationContext context, CancellationToken cancellation)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, SimulatedNode> played = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SimulatedMachine> machines = new(StringComparer.Ordinal);
    private readonly Dictionary<string, GpuNodeDocument> unplayed = new(StringComparer.Ordinal);
    private readonly Dictionary<string, BoundPod[]> pods = new(StringComparer.Ordinal);
    private bool isStarted;

    /// <summary>The nodes that are played now.</summary>
    public IReadOnlyCollection<SimulatedNode> Nodes
    {
        get
        {
            lock (gate)
            {
                return [.. played.Values];
            }
        }
    }

    /// <summary>All that there was at the start is known: the nodes begin to work, and later ones at once.</summary>
    public void Start()
    {
        lock (gate)
        {
            isStarted = true;
            foreach (var node in played.Values)
            {
                node.Start();
            }
        }
    }

    /// <summary>Nodes with the label came, changed or went.</summary>
    public void Hear(InformerEvent<NodeDocument> change)
    {
        lock (gate)
        {
            foreach (var node in change.Changed)
            {
                if (played.GetValueOrDefault(node.Metadata.Name) is { } known)
                {
                    known.See(node);
                }
                else
                {
                    Play(node.Metadata.Name, node);
                }
            }

            foreach (var gone in Gone(change, played.Keys))
            {
                Drop(gone);
            }
        }
    }

    /// <summary>GpuNodes came, changed or went.</summary>
    public void Hear(InformerEvent<GpuNodeDocument> change)
    {
        lock (gate)
        {
            var gone = Gone(change, played.Keys.Concat(unplayed.Keys));
            foreach (var gpuNode in change.Changed)
            {
                if (played.GetValueOrDefault(gpuNode.Metadata.Name) is { } node)
                {
                    node.See(gpuNode);
                }
                else
                {
                    unplayed[gpuNode.Metadata.Name] = gpuNode;
                }
            }

            foreach (var name in gone)
            {
                unplayed.Remove(name);
                played.GetValueOrDefault(name)?.SeeNoGpuNode();
            }
        }
    }

    /// <summary>Pods came, changed or went.</summary>
    public void Hear(InformerEvent<PodDocument> change)
    {
        lock (gate)
        {
            var holders = change.Changed.Select(BoundPod.Of).OfType<BoundPod>().ToLookup(pod => pod.Node, StringComparer.Ordinal);
            var touched = change.Changed.Concat(change.Deleted).ToLookup(pod => pod.Spec.NodeName ?? "", pod => pod.Metadata.Uid, StringComparer.Ordinal);
            foreach (var node in change.IsReplacement ? pods.Keys.Union(holders.Select(like => like.Key)).ToList() : [.. touched.Select(like => like.Key)])
            {
                var kept = change.IsReplacement ? [] : pods.GetValueOrDefault(node, []).Where(pod => !touched[node].Contains(pod.Uid));
                SetPods(node, [.. kept, .. holders[node]]);
            }
        }
    }

    private void SetPods(string node, BoundPod[] all)
    {
        // Most pods hold no slices, and their nodes need not hear of them.
        if (all.Length == 0 && !pods.Remove(node))
        {
            return;
        }

        if (all.Length > 0)
        {
            pods[node] = all;
        }

        played.GetValueOrDefault(node)?.See(all);
    }

    private void Play(string name, NodeDocument document)
    {
        var machine = machines.GetValueOrDefault(name) ?? (machines[name] = new SimulatedMachine(name, context.Files));
        var node = played[name] = new SimulatedNode(name, machine, context, cancellation);

        // The machine comes first: what a report says is read against it.
        node.See(document);
        if (unplayed.Remove(name, out var gpuNode))
        {
            node.See(gpuNode);
        }

        node.See(pods.GetValueOrDefault(name, []));
        if (isStarted)
        {
            node.Start();
        }
    }

    private void Drop(string name)
    {
        if (played.Remove(name, out var node))
        {
            if (node.GpuNode is { } gpuNode)
            {
                unplayed[name] = gpuNode;
            }

            _ = RetireAsync(node);
        }
    }

    private static async Task RetireAsync(SimulatedNode node)
    {
        await node.LeaveAsync();
        node.Dispose();
    }

    private static List<string> Gone<T>(InformerEvent<T> change, IEnumerable<string> known)
        where T : class, IKubeDocument => change.IsReplacement
            ? [.. known.Except(change.Changed.Select(changed => changed.Metadata.Name), StringComparer.Ordinal)]
            : [.. change.Deleted.Select(deleted => deleted.Metadata.Name)];
}
