using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Planning;

/// <summary>A node that the plan puts pods on.</summary>
/// <param name="Before">As it is.</param>
/// <param name="After">As it is to be: the pods' slices are reserved for them.</param>
public sealed record PlannedNode(Node Before, Node After)
{
    /// <summary>What is cut, GPU by GPU; empty where free slices suffice.</summary>
    public IReadOnlyList<GpuCut> Cuts { get; } =
        [.. Before.Gpus.Zip(After.Gpus, GpuCut.Between).Where(cut => cut.Destroyed.Count + cut.Created.Count > 0)];
}
