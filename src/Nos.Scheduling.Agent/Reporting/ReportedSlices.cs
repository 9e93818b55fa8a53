using Nos.Scheduling.Cluster.Documents;

namespace Nos.Scheduling.Agent.Reporting;

/// <summary>What of a report says how soon the next one is wanted.</summary>
/// <param name="Advertised">How many slices kubelet has been told of.</param>
/// <param name="Uses">Which slices are used, and by which pod where that is known.</param>
internal sealed record ReportedSlices(int Advertised, HashSet<(int Gpu, string Slice, string? PodUid)> Uses)
{
    /// <summary>No report yet.</summary>
    internal static ReportedSlices None { get; } = new(0, []);

    /// <summary>Those of a report.</summary>
    internal static ReportedSlices Of(GpuNodeStatus report)
    {
        var slices = report.Gpus.SelectMany(gpu => gpu.Slices.Select(slice => (Gpu: gpu.Index, Slice: slice))).ToList();
        return new ReportedSlices(
            slices.Count(one => one.Slice.Advertised == true),
            [.. slices.Where(one => one.Slice.State == SliceStates.Used).Select(one => (one.Gpu, one.Slice.Id, one.Slice.PodUid))]);
    }

    /// <summary>Whether pods came to slices and none left: nobody waits for such news. One that left makes room, however many came.</summary>
    internal bool AreOnlyMoreUsedThan(ReportedSlices earlier) => Advertised == earlier.Advertised && Uses.IsProperSupersetOf(earlier.Uses);
}
