namespace Nos.Scheduling.Preempting;

/// <summary>So much that victims have to leave together: each number is an amount, and what pods leave adds up.</summary>
/// <remarks>
/// Three numbers are about one GPU: GB, clients and percent of an MPS GPU, or like instances of a MIG GPU; then come cpu, memory and pods; then what else
/// is lacking.
/// </remarks>
internal sealed class VictimNeeds
{
    private const int OnGpu = 3;
    private const int OnNode = 6;

    /// <summary>Absurd amounts count as that much, so that those of all pods of a node add up.</summary>
    private const long Most = 1L << 55;

    private readonly Shortage shortage;
    private readonly Func<Occupant, (long, long, long)>? onGpu;

    /// <param name="shortage">What is lacking on the node.</param>
    /// <param name="missing">What is lacking on a GPU; 0 or less where nothing is.</param>
    /// <param name="onGpu">What a pod leaves there; <see langword="null"/> where nothing is lacking.</param>
    internal VictimNeeds(Shortage shortage, (long, long, long) missing = default, Func<Occupant, (long, long, long)>? onGpu = null)
    {
        (this.shortage, this.onGpu) = (shortage, onGpu);
        Amounts = new long[OnNode + shortage.Others.Count];
        (Amounts[0], Amounts[1], Amounts[2]) = missing;
        (Amounts[OnGpu], Amounts[OnGpu + 1], Amounts[OnGpu + 2]) = (shortage.Room.CpuMilli, shortage.Room.MemoryBytes, shortage.Room.Pods);
        for (var other = 0; other < shortage.Others.Count; other++)
        {
            Amounts[OnNode + other] = shortage.Others[other].Missing;
        }

        for (var number = 0; number < Amounts.Length; number++)
        {
            Amounts[number] = Math.Min(Amounts[number], long.MaxValue / 2);
        }
    }

    internal long[] Amounts { get; }

    /// <summary>Whether anything is lacking that adds up.</summary>
    internal bool AreAny => Array.Exists(Amounts, amount => amount > 0);

    /// <summary>What a pod leaves of each number.</summary>
    internal void LeftBy(Occupant pod, Span<long> amounts)
    {
        if (onGpu is not null)
        {
            (amounts[0], amounts[1], amounts[2]) = onGpu(pod);
        }

        var demand = pod.Bound.Demand;
        (amounts[OnGpu], amounts[OnGpu + 1], amounts[OnGpu + 2]) =
            (Math.Clamp(demand.Room.CpuMilli, 0, Most), Math.Clamp(demand.Room.MemoryBytes, 0, Most), Math.Clamp(demand.Room.Pods, 0, Most));
        for (var other = 0; other < shortage.Others.Count; other++)
        {
            amounts[OnNode + other] = Math.Clamp(demand.Others[shortage.Others[other].Name], 0, Most);
        }
    }
}
