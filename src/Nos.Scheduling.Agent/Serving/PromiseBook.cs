using Nos.Scheduling.Agent.Reconciling;
using Nos.Scheduling.Agent.Simulation;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Gpus;

namespace Nos.Scheduling.Agent.Serving;

/// <summary>Who uses which slice of this node, where no kubelet tells: bound pods have what they were promised, as far as their own limits bear that out.</summary>
/// <remarks>All members may be called at any time from any thread.</remarks>
internal sealed class PromiseBook
{
    private readonly Lock gate = new();
    private IReadOnlyDictionary<SlicePlace, SliceUse> uses = new Dictionary<SlicePlace, SliceUse>();
    private Dictionary<string, SliceResource> aliases = [];
    private BoundPod[] pods = [];
    private GpuNodeStatus? before;
    private bool isRestored;

    /// <summary>Takes over who used what according to the report of an earlier agent. Only the first counts; those after it are our own.</summary>
    public void Restore(GpuNodeStatus? reported)
    {
        lock (gate)
        {
            before = isRestored ? before : reported;
            isRestored = true;
        }
    }

    /// <summary>Takes note of the names that the spec advertises slices under.</summary>
    public void Advertise(GpuNodeSpec spec)
    {
        lock (gate)
        {
            aliases = [];
            foreach (var slice in (spec.Gpus ?? []).SelectMany(gpu => gpu.Slices))
            {
                if (SliceResource.TryParse(slice.Resource, out var resource))
                {
                    aliases[slice.Id] = resource;
                }
            }
        }
    }

    /// <summary>These pods and no others hold slices here, or should.</summary>
    public void Admit(BoundPod[] all)
    {
        lock (gate)
        {
            pods = all;
        }
    }

    /// <summary>Who uses what.</summary>
    /// <param name="machine">What is there. While it shows nothing, nobody loses what he has.</param>
    public IReadOnlyDictionary<SlicePlace, SliceUse> Uses(MachineReading machine)
    {
        lock (gate)
        {
            if (machine.Gpus.Count == 0)
            {
                return uses;
            }

            RestoreNeedsLock(machine);
            return uses = DeviceAllocation.Decide([.. machine.Gpus.SelectMany(Advertised)], uses, pods, swaps: false);
        }
    }

    /// <summary>By the instance's UUID: one that was made anew at the same place is nobody's.</summary>
    private void RestoreNeedsLock(MachineReading machine)
    {
        if (before is not { } report)
        {
            return;
        }

        before = null;
        var reported = report.Gpus.SelectMany(gpu => gpu.Slices)
            .Where(slice => slice is { State: SliceStates.Used, Uuid: not null, Pod: not null })
            .DistinctBy(slice => slice.Uuid)
            .ToDictionary(slice => slice.Uuid!, slice => new SliceUse(slice.Pod!, slice.PodUid), StringComparer.Ordinal);
        uses = machine.Gpus
            .SelectMany(gpu => gpu.Slices.Select(slice => (Place: new SlicePlace(gpu.Index, slice.Shape), slice.Uuid)))
            .Where(slice => slice.Uuid is not null && reported.ContainsKey(slice.Uuid))
            .ToDictionary(slice => slice.Place, slice => reported[slice.Uuid!]);
    }

    /// <summary>A slice with a process on it is given to nobody but whom it was promised: another's pod may have ended and its process not.</summary>
    private IEnumerable<AdvertisedSlice> Advertised(GpuReading gpu) => gpu.Slices
        .Select(slice => (Place: new SlicePlace(gpu.Index, slice.Shape), slice.IsBusy))
        .Where(slice => !slice.IsBusy || uses.ContainsKey(slice.Place) || pods.Any(pod => pod.Promise.Any(promised => promised.Id == slice.Place.Id)))
        .Select(slice => new AdvertisedSlice(slice.Place, aliases.GetValueOrDefault(slice.Place.Id, SpecEntry.Plain(slice.Place.Shape))));
}
