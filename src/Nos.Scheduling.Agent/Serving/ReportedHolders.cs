using Nos.Scheduling.Agent.Reconciling;
using Nos.Scheduling.Cluster.Documents;

namespace Nos.Scheduling.Agent.Serving;

/// <summary>What the report of an earlier agent tells of who holds what. Pure.</summary>
internal static class ReportedHolders
{
    /// <summary>Who held the slices that are still there: a MIG instance goes by its UUID, as one that was made anew at the same place is nobody's; a share by its place.</summary>
    /// <param name="report">The earlier agent's report.</param>
    /// <param name="machine">What is there now.</param>
    public static Dictionary<SlicePlace, SliceUse> Of(GpuNodeStatus report, MachineReading machine)
    {
        var reported = report.Gpus
            .SelectMany(gpu => gpu.Slices.Select(slice => (gpu.Index, Slice: slice)))
            .Where(entry => entry.Slice is { State: SliceStates.Used, Pod: not null })
            .DistinctBy(KeyOf)
            .ToDictionary(KeyOf, entry => new SliceUse(entry.Slice.Pod!, entry.Slice.PodUid), StringComparer.Ordinal);
        return machine.Gpus
            .SelectMany(gpu => gpu.Slices.Select(slice => (Place: new SlicePlace(gpu.Index, slice.Shape), slice.Uuid)))
            .Where(slice => reported.ContainsKey(slice.Uuid ?? slice.Place.Id))
            .ToDictionary(slice => slice.Place, slice => reported[slice.Uuid ?? slice.Place.Id]);

        static string KeyOf((int Gpu, SliceStatus Slice) entry) => entry.Slice.Uuid ?? entry.Slice.Id;
    }
}
