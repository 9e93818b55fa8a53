using Nos.Scheduling.Fitting;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Preempting;

/// <summary>Which nodes a preemptor could be put on if there were room.</summary>
internal readonly struct ConsideredNodes
{
    private readonly Preemptor preemptor;
    private readonly HashSet<string>? offered;
    private readonly NodeSuitability suitability;

    /// <param name="preemptor">Who waits.</param>
    /// <param name="offered">The nodes that a scheduler's own filters passed; <see langword="null"/> where that is not known.</param>
    internal ConsideredNodes(Preemptor preemptor, IReadOnlyCollection<string>? offered)
    {
        this.preemptor = preemptor;
        this.offered = offered?.ToHashSet(StringComparer.Ordinal);
        suitability = new NodeSuitability(preemptor.Demand, preemptor.Requirements);
    }

    /// <summary>
    /// Whether the node comes into question: it was offered; or it was not, but lacks what the scheduler's own filter drops nodes for, and passes our own check;
    /// or nothing is known of what was offered, and it passes.
    /// </summary>
    internal bool Has(Node node) =>
        (!preemptor.Demand.AsksForSlices || node.Obstacle == Misfit.None)
        && (offered?.Contains(node.Name) == true || ((offered is null || LacksRoom(node)) && suitability.CheckTraits(node).IsNone));

    private bool LacksRoom(Node node) =>
        !node.Room.Holds(preemptor.Demand.Room) || node.Others.FirstMissing(preemptor.Demand.Others) is not null;
}
