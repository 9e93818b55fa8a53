using System.Collections.Immutable;
using System.Collections.ObjectModel;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Cluster.State;

/// <summary>Reads what a node tells schedulers of itself.</summary>
internal static class NodeTraitsOf
{
    /// <summary>The taint that the node controller puts on cordoned nodes; some clusters, and moments, have none.</summary>
    private static readonly Nodes.Taint Cordon = new("node.kubernetes.io/unschedulable", "", TaintEffect.NoSchedule);

    /// <summary>The traits; those of a node that is gone are not ready.</summary>
    internal static NodeTraits Read(string name, NodeDocument? node) => node is null
        ? NodeTraits.Of(name) with { IsReady = false }
        : new NodeTraits(name, node.Metadata.Labels ?? (IReadOnlyDictionary<string, string>)ReadOnlyDictionary<string, string>.Empty, Taints(node), IsReady(node));

    private static bool IsReady(NodeDocument node) =>
        node.Metadata.DeletionTimestamp is null
        && Array.Find(node.Status.Conditions ?? [], condition => condition.Type == "Ready") is null or { Status: "True" };

    private static ImmutableArray<Nodes.Taint> Taints(NodeDocument node)
    {
        var taints = (node.Spec.Taints ?? []).Select(Read).OfType<Nodes.Taint>().ToImmutableArray();
        return node.Spec.Unschedulable == true && !taints.Contains(Cordon) ? taints.Add(Cordon) : taints;
    }

    /// <summary>An effect that is not known here keeps nobody off, as in kube-scheduler.</summary>
    private static Nodes.Taint? Read(Documents.Taint taint) =>
        Enum.TryParse<TaintEffect>(taint.Effect, out var effect) ? new Nodes.Taint(taint.Key, taint.Value ?? "", effect) : null;
}
