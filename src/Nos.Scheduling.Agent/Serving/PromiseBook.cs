using Nos.Scheduling.Agent.Allocating;
using Nos.Scheduling.Agent.Reconciling;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Gpus;

namespace Nos.Scheduling.Agent.Serving;

/// <summary>Who uses which slice of this node, where no kubelet tells: bound pods have what they were promised, as far as their own limits bear that out.</summary>
internal sealed class PromiseBook : ISliceHolders
{
    private readonly Lock gate = new();
    private IReadOnlyDictionary<SlicePlace, SliceUse> uses = new Dictionary<SlicePlace, SliceUse>();
    private Dictionary<string, SliceResource> aliases = [];
    private BoundPod[] pods = [];
    private GpuNodeStatus? before;
    private bool isRestored;

    /// <inheritdoc/>
    public void Restore(GpuNodeStatus? reported)
    {
        lock (gate)
        {
            before = isRestored ? before : reported;
            isRestored = true;
        }
    }

    /// <inheritdoc/>
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

    /// <inheritdoc/>
    public void Admit(BoundPod[] all)
    {
        lock (gate)
        {
            pods = all;
        }
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<SlicePlace, SliceUse> Uses(MachineReading machine)
    {
        lock (gate)
        {
            if (machine.Gpus.Count == 0)
            {
                return uses;
            }

            if (before is { } report)
            {
                (before, uses) = (null, ReportedHolders.Of(report, machine));
            }

            return uses = DeviceAllocation.Decide([.. machine.Gpus.SelectMany(Advertised)], uses, pods, swaps: false);
        }
    }

    /// <summary>A slice with a process on it is given to nobody but whom it was promised: another's pod may have ended and its process not.</summary>
    private IEnumerable<AdvertisedSlice> Advertised(GpuReading gpu) => gpu.Slices
        .Select(slice => (Place: new SlicePlace(gpu.Index, slice.Shape), slice.IsBusy))
        .Where(slice => !slice.IsBusy || uses.ContainsKey(slice.Place) || pods.Any(pod => pod.Promise.Any(promised => promised.Id == slice.Place.Id)))
        .Select(slice => new AdvertisedSlice(slice.Place, aliases.GetValueOrDefault(slice.Place.Id, SpecEntry.Plain(slice.Place.Shape))));
}
