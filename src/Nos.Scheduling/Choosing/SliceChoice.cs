using Nos.Scheduling.Gpus;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Choosing;

/// <summary>The slices for the wishes of one pod, or why there are none. The two nested records are the only kinds.</summary>
public abstract record SliceChoice
{
    private SliceChoice()
    {
    }

    /// <summary>One slice for each wish.</summary>
    /// <param name="Mode">The one mode of all of them: a pod runs on one node, and a node has one.</param>
    /// <param name="Slices">In the order of the wishes.</param>
    /// <param name="Reason">Why that mode.</param>
    /// <param name="IsOffered">Whether the cluster has such slices; if not, they were chosen for GPUs to come.</param>
    public sealed record Chosen(PartitioningMode Mode, IReadOnlyList<SliceResource> Slices, ChoiceReason Reason, bool IsOffered) : SliceChoice;

    /// <summary>A wish is larger than any GPU.</summary>
    /// <param name="Wish">Its place among the wishes, from 0.</param>
    /// <param name="AskedGB">Unit: GB.</param>
    /// <param name="LargestGB">Unit: GB, the most that could be had.</param>
    /// <param name="Mode">The mode it was asked for in; <see langword="null"/> where both were tried.</param>
    public sealed record TooLarge(int Wish, int AskedGB, int LargestGB, PartitioningMode? Mode) : SliceChoice;
}
