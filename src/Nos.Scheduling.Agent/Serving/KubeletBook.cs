using Nos.Scheduling.Agent.Allocating;
using Nos.Scheduling.Agent.DevicePlugin;
using Nos.Scheduling.Agent.Reconciling;
using Nos.Scheduling.Cluster.Documents;

namespace Nos.Scheduling.Agent.Serving;

/// <summary>Who holds which slice of this node, as kubelet tells; what bound pods were promised and it has not given them yet is owed to them.</summary>
internal sealed class KubeletBook : ISliceHolders
{
    private readonly Lock gate = new();
    private SliceBook book = SliceBook.Empty;
    private BoundPod[] pods = [];
    private IReadOnlySet<string> present = new HashSet<string>();
    private IReadOnlySet<string> ended = new HashSet<string>();
    private GpuNodeStatus? before;
    private bool isRestored;

    /// <summary>As kubelet told last.</summary>
    public SliceBook Current => Volatile.Read(ref book);

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
    /// <remarks>The names are the offers' affair.</remarks>
    public void Advertise(GpuNodeSpec spec)
    {
    }

    /// <inheritdoc/>
    public void Admit(BoundPod[] all) => Volatile.Write(ref pods, all);

    /// <summary>These pods are here, and no others: what they have through another plugin they have until they are gone.</summary>
    /// <param name="running">Those that have not ended, by namespace and name.</param>
    /// <param name="over">Those that have.</param>
    public void See(IReadOnlySet<string> running, IReadOnlySet<string> over)
    {
        Volatile.Write(ref present, running);
        Volatile.Write(ref ended, over);
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<SlicePlace, SliceUse> Uses(MachineReading machine)
    {
        Recall(machine);
        return Current.Uses;
    }

    /// <summary>Takes over what kubelet tells.</summary>
    /// <param name="told">Its answer; <see langword="null"/> where it does not answer: then everybody has what they had.</param>
    /// <param name="devices">The slices as kubelet knows them.</param>
    /// <returns>Whether anything is different now.</returns>
    public bool Take(IReadOnlyList<ContainerDevices>? told, IReadOnlyCollection<SliceDevice> devices)
    {
        lock (gate)
        {
            var bound = Volatile.Read(ref pods).DistinctBy(pod => pod.Key).ToDictionary(pod => pod.Key, pod => pod.Uid, StringComparer.Ordinal);
            var next = SliceBooks.After(book, told, devices, bound, Volatile.Read(ref present), Volatile.Read(ref ended));
            var isNews = next.Uses.Count != book.Uses.Count
                || next.Uses.Any(use => book.Uses.GetValueOrDefault(use.Key) != use.Value)
                || !next.Foreign.SetEquals(book.Foreign);
            Volatile.Write(ref book, next);
            return isNews;
        }
    }

    /// <summary>Whether a holder is not known here yet, or is about to be no more: ask kubelet again soon.</summary>
    public bool HasStrangers
    {
        get
        {
            var bound = Volatile.Read(ref pods).Select(pod => pod.Uid).ToHashSet(StringComparer.Ordinal);
            return Current.Uses.Values.Any(use => use.PodUid is null || !bound.Contains(use.PodUid));
        }
    }

    /// <summary>What bound pods were promised and kubelet has not given them yet.</summary>
    /// <param name="slices">The slices, each with the name that it is offered under.</param>
    public IReadOnlyList<OwedSlice> Owed(IEnumerable<AdvertisedSlice> slices) =>
        DeviceAllocation.Owed([.. slices], Current.Uses, Volatile.Read(ref pods));

    private void Recall(MachineReading machine)
    {
        lock (gate)
        {
            if (before is not { } report || machine.Gpus.Count == 0)
            {
                return;
            }

            // What kubelet has told meanwhile is newer.
            before = null;
            var recalled = ReportedHolders.Of(report, machine);
            foreach (var (place, use) in book.Uses)
            {
                recalled[place] = use;
            }

            Volatile.Write(ref book, book with { Uses = recalled });
        }
    }
}
