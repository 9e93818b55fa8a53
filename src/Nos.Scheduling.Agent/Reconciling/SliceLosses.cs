using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Gpus;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Agent.Reconciling;

/// <summary>Works out which pods have lost the MIG instance that they were started with. Pure.</summary>
/// <remarks>
/// <code>
///   pod a   started with MIG-1        ##......
///   GPU reset, reboot, driver reload  ........    missing: made anew first, before anything is offered
///   made anew                         ##......    MIG-2: in its environment kubelet still hands pod a MIG-1, also to a container that is started again
/// </code>
/// An instance has another UUID each time it is made. Shares have none, and are not lost. Of a GPU that does not answer nothing is known to be lost.
/// </remarks>
internal static class SliceLosses
{
    /// <summary>What an earlier agent's report says of one GPU: with what each pod was started.</summary>
    /// <param name="reported">The GPU in the report.</param>
    /// <param name="gpu">The GPU of that index now.</param>
    public static IEnumerable<(SlicePlace Place, StartedSlice Started)> Restored(GpuStatus reported, GpuReading gpu)
    {
        foreach (var slice in reported.Slices)
        {
            if (slice is { Profile: { } name, Start: >= 0 and < SliceMask.Capacity and { } start, Pod: { } pod, PodUid: { } uid }
                && (slice.LostUuid ?? (slice.State == SliceStates.Used ? slice.Uuid : null)) is { } uuid
                && gpu.Model.Find(name) is { } profile && profile.Starts.Contains(start))
            {
                yield return (new SlicePlace(gpu.Index, SliceShape.Mig(profile, start)), new StartedSlice(new SliceUse(pod, uid), uuid));
            }
        }
    }

    /// <summary>With what each pod was started, after a look at the machine.</summary>
    /// <param name="before">What was known until now.</param>
    /// <param name="machine">What is there.</param>
    /// <param name="uses">Who has which slice.</param>
    /// <param name="bound">The uids of all pods that are bound here and have not ended.</param>
    /// <param name="survives">Whether a pod takes up the instance that was made anew at its place, as it does where it is known by its place (CDI).</param>
    public static IReadOnlyDictionary<SlicePlace, StartedSlice> After(
        IReadOnlyDictionary<SlicePlace, StartedSlice> before,
        MachineReading machine,
        IReadOnlyDictionary<SlicePlace, SliceUse> uses,
        IReadOnlySet<string> bound,
        bool survives)
    {
        var started = new Dictionary<SlicePlace, StartedSlice>();
        foreach (var (place, known) in before.Where(known => bound.Contains(known.Value.Use.PodUid ?? "")))
        {
            if (uses.GetValueOrDefault(place) is not { PodUid: { } holder } || holder == known.Use.PodUid)
            {
                started[place] = survives && UuidAt(machine, place) is { } anew ? known with { Uuid = anew } : known;
            }
        }

        foreach (var (place, use) in uses.Where(use => bound.Contains(use.Value.PodUid ?? "")))
        {
            if (UuidAt(machine, place) is { } uuid)
            {
                started.TryAdd(place, new StartedSlice(use, uuid));
            }
        }

        return started;
    }

    /// <summary>What is not there any more, or not as it was.</summary>
    public static IReadOnlyDictionary<SlicePlace, StartedSlice> Of(IReadOnlyDictionary<SlicePlace, StartedSlice> started, MachineReading machine) => started
        .Where(one => machine.Find(one.Key.Gpu) is { Fault: null } && UuidAt(machine, one.Key) != one.Value.Uuid)
        .ToDictionary();

    /// <summary>Who uses what, with those who are still the holders of what was made anew, though nobody else says so yet.</summary>
    public static IReadOnlyDictionary<SlicePlace, SliceUse> Cover(
        IReadOnlyDictionary<SlicePlace, SliceUse> uses, IReadOnlyDictionary<SlicePlace, StartedSlice> lost, MachineReading machine)
    {
        var unnamed = lost.Where(one => !uses.ContainsKey(one.Key) && UuidAt(machine, one.Key) is not null).ToList();
        return unnamed.Count == 0 ? uses : uses.Concat(unnamed.Select(one => KeyValuePair.Create(one.Key, one.Value.Use))).ToDictionary();
    }

    /// <summary>The UUID of the instance that stands there, or <see langword="null"/>.</summary>
    private static string? UuidAt(MachineReading machine, SlicePlace place) =>
        machine.Find(place.Gpu)?.Slices.FirstOrDefault(slice => slice.Shape == place.Shape)?.Uuid;
}
