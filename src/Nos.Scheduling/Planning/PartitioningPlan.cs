namespace Nos.Scheduling.Planning;

/// <summary>What a batch of pods would get, and what has to be cut for it.</summary>
/// <param name="Outcomes">One for each pod of the batch, in the order of <see cref="PlanningOrder"/>, which is also the order to carry it out in.</param>
/// <param name="Nodes">The nodes that pods go onto, by name; the others stay as they are.</param>
public sealed record PartitioningPlan(IReadOnlyList<PodOutcome> Outcomes, IReadOnlyList<PlannedNode> Nodes)
{
    /// <summary>The pods that go onto a node.</summary>
    public IEnumerable<PodOutcome.Placed> Placed => Outcomes.OfType<PodOutcome.Placed>();

    /// <summary>The pods that do not.</summary>
    public IEnumerable<PodOutcome.StaysOut> StayingOut => Outcomes.OfType<PodOutcome.StaysOut>();
}
