namespace Nos.Scheduling.Agent.Reconciling;

/// <summary>All that there is to say about a node at one moment: what the report is made of.</summary>
/// <param name="Order">What was asked.</param>
/// <param name="Goal">What that means for the GPUs.</param>
/// <param name="Machine">What is there.</param>
/// <param name="Uses">Who uses it.</param>
/// <param name="Refused">Entries of the spec that are not carried out now: those that never can be, and those that something is in the way of.</param>
/// <param name="Failures">What the driver refused.</param>
/// <param name="Pending">Slices that a step is about right now.</param>
internal sealed record NodeView(
    NodeOrder Order,
    NodeGoal Goal,
    MachineReading Machine,
    IReadOnlyDictionary<SlicePlace, SliceUse> Uses,
    IReadOnlyList<SliceRefusal> Refused,
    IReadOnlyDictionary<SlicePlace, SliceFailure> Failures,
    IReadOnlySet<SlicePlace> Pending)
{
    /// <summary>What pods were started with that is gone, or was made anew since.</summary>
    public IReadOnlyDictionary<SlicePlace, StartedSlice> Lost { get; init; } = new Dictionary<SlicePlace, StartedSlice>();
}
