using Nos.Scheduling.Fitting;
using Nos.Scheduling.Nodes;
using Nos.Scheduling.Planning;

namespace Nos.Scheduling.Tests.Planning;

/// <summary>Batches of pods and what a plan makes of them, in few words.</summary>
internal static class Batch
{
    /// <summary>A pod with one container a slice.</summary>
    internal static PendingPod Pod(string name, params string[] slices) => new() { Uid = name, Key = name, Demand = Draw.Pod(slices) };

    internal static PartitioningPlan Plan(IEnumerable<Node> nodes, params PendingPod[] pods) =>
        PartitioningPlanner.Plan(ClusterSnapshot.Of(nodes), pods, PlacementPolicy.Fragmentation);

    /// <summary>Who goes where, <c>a=n1 b=-</c>, in the plan's order.</summary>
    internal static string Told(this PartitioningPlan plan) =>
        string.Join(' ', plan.Outcomes.Select(outcome => $"{outcome.Pod.Key}={(outcome as PodOutcome.Placed)?.Node ?? "-"}"));

    /// <summary>How many pods are served, by priority, highest first.</summary>
    internal static int[] Served(this PartitioningPlan plan) =>
        [.. plan.Outcomes.GroupBy(outcome => outcome.Pod.Priority).OrderByDescending(group => group.Key).Select(group => group.Count(outcome => outcome is PodOutcome.Placed))];

    /// <summary>The slices of a node as they are to be, <c>0:1g.6gb@0,0:1g.6gb@1</c>.</summary>
    internal static string Geometry(Node node) => string.Join(',', node.Gpus
        .SelectMany(gpu => gpu.Slices.Select(slice => (gpu.Index, slice.Shape)))
        .OrderBy(slice => slice.Index).ThenBy(slice => slice.Shape.Start)
        .Select(slice => $"{slice.Index}:{slice.Shape.Profile?.Name ?? $"{slice.Shape.MemoryGB}gb"}@{slice.Shape.Start}"));
}
