using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Fitting;

namespace Nos.Scheduling.Cluster.State;

/// <summary>How things stand with a reservation at one moment.</summary>
/// <param name="IsKept">Whether it still is the pod's: not run out, not given up for another node, the pod not gone.</param>
/// <param name="HasSlices">Whether all its slices still are there for it; <see langword="false"/> where a pod or process was quicker.</param>
/// <param name="Obstacle">Why nothing may be bound to the node now; <see cref="Misfit.None"/> where it may. A rest after a failed cut is no obstacle to who has a place.</param>
/// <param name="Detail">What <paramref name="Obstacle"/> is about, or <see langword="null"/>.</param>
/// <param name="GpuNode">The node's GpuNode as seen last, or <see langword="null"/>.</param>
public readonly record struct ReservationLook(bool IsKept, bool HasSlices, Misfit Obstacle, string? Detail, GpuNodeDocument? GpuNode)
{
    /// <summary>Whether nothing is amiss.</summary>
    public bool IsFine => IsKept && HasSlices && Obstacle == Misfit.None;
}
