namespace Nos.Scheduling.Preempting;

/// <summary>What evicting pods costs. Compared in the order of the parts; it only grows with more pods.</summary>
/// <param name="Violations">How many of them violate a PodDisruptionBudget.</param>
/// <param name="Priority">The highest priority among them; <see cref="int.MinValue"/> where there are none.</param>
/// <param name="Count">How many they are.</param>
/// <param name="LostTicks">Unit: ticks of running time that is thrown away; saturates.</param>
internal readonly record struct VictimCost(int Violations, int Priority, int Count, long LostTicks) : IComparable<VictimCost>
{
    /// <summary>Nobody.</summary>
    internal static VictimCost Nothing { get; } = new(0, int.MinValue, 0, 0);

    /// <summary>With one pod more.</summary>
    internal VictimCost With(Occupant pod, bool violates) => new(
        Violations + (violates ? 1 : 0),
        Math.Max(Priority, pod.Priority),
        Count + 1,
        LostTicks > long.MaxValue - pod.LostTicks ? long.MaxValue : LostTicks + pod.LostTicks);

    public int CompareTo(VictimCost other)
    {
        var order = Violations.CompareTo(other.Violations);
        order = order != 0 ? order : Priority.CompareTo(other.Priority);
        order = order != 0 ? order : Count.CompareTo(other.Count);
        return order != 0 ? order : LostTicks.CompareTo(other.LostTicks);
    }
}
