using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Fitting;

namespace Nos.Scheduling.Cluster.State;

/// <summary>Decides why nothing is offered on a node: the first reason that holds, from what only an admin can change to what passes.</summary>
internal static class NodeObstacles
{
    internal static (Misfit Obstacle, string? Detail) Of(NodeFacts facts)
    {
        if (facts.Node is not { } node || node.Metadata.Label(NosKeys.GpuPartitioning) is not { } label)
        {
            return (Misfit.NodeNotManaged, $"label {NosKeys.GpuPartitioning} is missing; set it to mig or mps");
        }

        return label is not ("mig" or "mps") ? (Misfit.NodeNotManaged, $"label {NosKeys.GpuPartitioning}={label} is neither mig nor mps")
            : node.Metadata.DeletionTimestamp is not null ? (Misfit.NodeNotReady, "the node is being deleted")
            : node.Spec.Unschedulable == true ? (Misfit.NodeNotReady, "the node is cordoned")
            : Find(node.Status.Conditions, "Ready") is { Status: not "True" } ready ? (Misfit.NodeNotReady, ready.Message)
            : OtherSharing.Of(node) is { } other ? other
            : OfGpuNode(facts, label);
    }

    private static (Misfit Obstacle, string? Detail) OfGpuNode(NodeFacts facts, string label)
    {
        if (facts.GpuNode is not { Status: { } status } gpuNode)
        {
            return (Misfit.AgentSilent, "the agent has not reported the node's GPUs yet");
        }

        // A report without the condition is half a report: somebody has edited it.
        var ready = Find(status.Conditions, "Ready");
        return gpuNode.Metadata.DeletionTimestamp is not null ? (Misfit.NodeNotReady, "the GpuNode is being deleted")
            : !gpuNode.IsOf(facts.Node!) ? (Misfit.NodeNotReady, "the GpuNode is of an earlier node of this name")
            : ready is null ? (Misfit.NodeNotReady, "the agent does not say whether it is ready")
            : ready.Status != "True" ? (ReasonOf(ready), ready.Message)
            : !facts.IsAgentAlive ? (Misfit.AgentSilent, "the agent's Lease has run out")
            : gpuNode.Spec.Gpus is null ? (Misfit.NodeNotReady, "the GPUs are not adopted yet")
            : !string.Equals(gpuNode.Spec.Mode, label, StringComparison.OrdinalIgnoreCase) ? (Misfit.NodeNotReady, $"the GpuNode is still in mode {gpuNode.Spec.Mode}")
            : facts.Rest is { } rest ? (Misfit.PartitioningBackoff, Resting(rest))
            : (Misfit.None, null);
    }

    private static string Resting(NodeRest rest) =>
        $"slices could not be cut here, {(rest.Failures == 1 ? "once" : $"{rest.Failures} times in a row")}; tried again after {rest.Until.UtcDateTime:HH:mm:ss} UTC";

    /// <summary>The condition's reason where it is one of ours, else <see cref="Misfit.NodeNotReady"/>.</summary>
    private static Misfit ReasonOf(Condition ready) =>
        Enum.TryParse<Misfit>(ready.Reason, out var reason) && reason != Misfit.None && Enum.IsDefined(reason) ? reason : Misfit.NodeNotReady;

    private static Condition? Find(Condition[]? conditions, string type) => Array.Find(conditions ?? [], condition => condition.Type == type);
}
