namespace Nos.Scheduling.Nodes;

/// <summary>What of a node's ordinary resources its pods have not asked for yet, or what a pod asks for.</summary>
/// <param name="CpuMilli">Unit: millicores. Negative where the node is over-committed.</param>
/// <param name="MemoryBytes">Unit: bytes.</param>
/// <param name="Pods">Unit: pods.</param>
public readonly record struct NodeRoom(long CpuMilli, long MemoryBytes, long Pods)
{
    /// <summary>Whether <paramref name="asked"/> is there; what is not asked for need not be there.</summary>
    public bool Holds(NodeRoom asked) =>
        (asked.CpuMilli <= 0 || asked.CpuMilli <= CpuMilli)
        && (asked.MemoryBytes <= 0 || asked.MemoryBytes <= MemoryBytes)
        && (asked.Pods <= 0 || asked.Pods <= Pods);

    /// <summary>What is left after <paramref name="asked"/> is taken.</summary>
    public static NodeRoom operator -(NodeRoom room, NodeRoom asked) =>
        new(room.CpuMilli - asked.CpuMilli, room.MemoryBytes - asked.MemoryBytes, room.Pods - asked.Pods);

    /// <summary>Both together.</summary>
    public static NodeRoom operator +(NodeRoom left, NodeRoom right) =>
        new(left.CpuMilli + right.CpuMilli, left.MemoryBytes + right.MemoryBytes, left.Pods + right.Pods);
}
