namespace Nos.Scheduling.ClusterTests.Checking;

/// <summary>A MIG profile as the agent reports it.</summary>
internal sealed record ProfileSeen(string Name, int ComputeSlices, int MemorySlices, int MemoryMiB, IReadOnlyList<int> Starts, int MaxInstances)
{
    /// <summary>The memory slices of an instance that begins there, one bit each.</summary>
    public uint Mask(int start) => ((1u << MemorySlices) - 1) << start;
}
