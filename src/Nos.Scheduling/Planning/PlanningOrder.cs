using Nos.Scheduling.Gpus;

namespace Nos.Scheduling.Planning;

/// <summary>In which order pods of a batch are served.</summary>
public static class PlanningOrder
{
    /// <summary>
    /// Higher priority first. Then whoever takes less, since that serves the most: fewer GB of slices, fewer compute slices (MIG) or percent (MPS), fewer
    /// slices; pods without slices after those with. Then the older, then by name, then by uid: no tie is left, in whatever order they are given.
    /// </summary>
    public static IReadOnlyList<PendingPod> Sort(IEnumerable<PendingPod> pods) => [.. pods
        .OrderByDescending(pod => pod.Priority)
        .ThenBy(pod => !pod.Demand.AsksForSlices)
        .ThenBy(Memory)
        .ThenBy(Compute)
        .ThenBy(pod => pod.Demand.Slices.Count)
        .ThenBy(pod => pod.Created ?? DateTimeOffset.MaxValue)
        .ThenBy(pod => pod.Key, StringComparer.Ordinal)
        .ThenBy(pod => pod.Uid, StringComparer.Ordinal)];

    /// <summary>The pods by the memory of their slices; ties stay as they are.</summary>
    internal static IEnumerable<PendingPod> BySize(IEnumerable<PendingPod> pods, bool largestFirst) =>
        pods.OrderBy(pod => largestFirst ? -Memory(pod) : Memory(pod));

    /// <summary>Unit: GB of all the pod's slices.</summary>
    private static long Memory(PendingPod pod) => pod.Demand.Slices.Sum(slice => (long)slice.Resource.MemoryGB);

    private static long Compute(PendingPod pod) => pod.Demand.Slices.Sum(slice =>
        (long)(ProfileName.TryParse(slice.Resource.Profile ?? "", out var profile) ? profile.ComputeSlices : slice.Mps.ComputePercent));
}
