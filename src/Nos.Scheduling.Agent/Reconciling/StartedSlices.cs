using Nos.Scheduling.Cluster.Documents;

namespace Nos.Scheduling.Agent.Reconciling;

/// <summary>
/// Remembers with which MIG instance each pod of the node was started, over the agent's own restarts by its reports: so that a reboot, a driver reload or
/// a reset of the GPU is seen by what it took away. No boot id is needed for that, and none would tell of a reset.
/// </summary>
/// <param name="survives">Whether pods take up what was made anew at their slice's place: they do with CDI, by name.</param>
/// <remarks>All members may be called at any time from any thread. A pod that was started and lost its slice before any agent had reported it is not known.</remarks>
internal sealed class StartedSlices(Func<bool> survives)
{
    private readonly Lock gate = new();
    private IReadOnlyDictionary<SlicePlace, StartedSlice> started = new Dictionary<SlicePlace, StartedSlice>();
    private IReadOnlySet<string> bound = new HashSet<string>();
    private List<GpuStatus> unread = [];
    private bool isRestored;

    /// <summary>Takes over what an earlier agent has reported. Only the first report counts; those after it are our own.</summary>
    public void Restore(GpuNodeStatus? reported)
    {
        lock (gate)
        {
            unread = isRestored ? unread : [.. reported?.Gpus ?? []];
            isRestored = true;
        }
    }

    /// <summary>These pods are bound here and have not ended, and no others; one that is being deleted is one of them.</summary>
    public void Admit(IEnumerable<string> uids)
    {
        var all = uids.ToHashSet(StringComparer.Ordinal);
        lock (gate)
        {
            bound = all;
        }
    }

    /// <summary>Looks at the machine.</summary>
    /// <param name="machine">What is there. While it shows nothing, nobody loses anything.</param>
    /// <param name="uses">Who has which slice.</param>
    /// <returns>The slices that pods were started with and that are gone, or were made anew since.</returns>
    public IReadOnlyDictionary<SlicePlace, StartedSlice> See(MachineReading machine, IReadOnlyDictionary<SlicePlace, SliceUse> uses)
    {
        lock (gate)
        {
            // A GPU that does not answer yet is read about when it does.
            var known = unread.Where(gpu => machine.Find(gpu.Index) is not null).ToList();
            unread = [.. unread.Except(known)];
            var restored = known.SelectMany(gpu => SliceLosses.Restored(gpu, machine.Find(gpu.Index)!)).DistinctBy(one => one.Place);
            var before = started.Concat(restored.Where(one => !started.ContainsKey(one.Place)).Select(one => KeyValuePair.Create(one.Place, one.Started))).ToDictionary();
            started = SliceLosses.After(before, machine, uses, bound, survives());
            return SliceLosses.Of(started, machine);
        }
    }
}
