using Nos.Scheduling.Agent.Reconciling;

namespace Nos.Scheduling.Agent.DevicePlugin;

/// <summary>Puts together who has what. When in doubt somebody has it. Pure.</summary>
internal static class SliceBooks
{
    private const string NvidiaPrefix = "nvidia.com/";

    /// <summary>The book after kubelet was asked.</summary>
    /// <param name="before">The book until now.</param>
    /// <param name="told">What kubelet tells; <see langword="null"/> where it does not answer.</param>
    /// <param name="devices">The slices that exist, as kubelet knows them.</param>
    /// <param name="pods">Every pod that asks for slices, is bound here and has not ended, by namespace and name, with its uid; a pod being deleted is one of them.</param>
    /// <param name="present">Likewise, also those that ask for none.</param>
    /// <param name="ended">
    /// The pods that are still there though all their containers have ended. Some kubelets go on naming them (kubernetes#119423), but give their devices to others.
    /// </param>
    /// <returns>
    /// Whom kubelet names has it. Whom it named before, and names no more, still has it as long as the pod is there: its list is empty for a
    /// moment after its start. Devices that are not ours are NVIDIA's plugin's, which goes by UUIDs.
    /// </returns>
    public static SliceBook After(
        SliceBook before,
        IReadOnlyList<ContainerDevices>? told,
        IReadOnlyCollection<SliceDevice> devices,
        IReadOnlyDictionary<string, string> pods,
        IReadOnlySet<string> present,
        IReadOnlySet<string> ended)
    {
        var uses = new Dictionary<SlicePlace, SliceUse>();
        var foreign = new Dictionary<string, string>(StringComparer.Ordinal);
        var byId = devices.ToLookup(device => (device.Resource.Name, device.Id));
        foreach (var holder in (told ?? []).Where(holder => !ended.Contains(holder.Pod)))
        {
            foreach (var id in holder.Ids)
            {
                if (byId[(holder.Resource, id)].FirstOrDefault() is { } ours)
                {
                    uses.TryAdd(ours.Place, new SliceUse($"{holder.Pod}/{holder.Container}", pods.GetValueOrDefault(holder.Pod)));
                }
                else if (holder.Resource.StartsWith(NvidiaPrefix, StringComparison.Ordinal))
                {
                    // Of a GPU that is shared by replicas the id has a number behind it.
                    foreign.TryAdd(id.Split("::")[0], holder.Pod);
                }
            }
        }

        foreach (var (place, use) in before.Uses.Where(use => told is null || IsThere(use.Value, pods)))
        {
            // The holder may have been given another one under the same name since, but then kubelet names that one, too.
            if (told is null || !uses.ContainsValue(use))
            {
                uses.TryAdd(place, use);
            }
        }

        if (told is null)
        {
            return before with { Uses = uses };
        }

        foreach (var (uuid, pod) in before.ForeignHolders.Where(held => present.Contains(held.Value)))
        {
            foreign.TryAdd(uuid, pod);
        }

        return new SliceBook(uses, foreign.Keys.ToHashSet(StringComparer.Ordinal)) { ForeignHolders = foreign };
    }

    private static bool IsThere(SliceUse use, IReadOnlyDictionary<string, string> pods) =>
        pods.TryGetValue(use.Pod[..use.Pod.LastIndexOf('/')], out var uid) && (use.PodUid is null || use.PodUid == uid);
}
