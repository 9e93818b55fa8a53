using Nos.Scheduling.Agent.Reconciling;
using Nos.Scheduling.Gpus;

namespace Nos.Scheduling.Agent.DevicePlugin;

/// <summary>Works out what kubelet is to be told of a machine. Pure.</summary>
internal static class SliceDevices
{
    /// <summary>The slices that are ours to give away, by GPU, then as read.</summary>
    /// <param name="machine">What is there.</param>
    /// <param name="listed">The spec's entry of a slice; <see langword="null"/>: it goes by its own id and name.</param>
    /// <param name="book">Who has what.</param>
    /// <param name="isRefused">Whether the node is refused: what nobody has is given to nobody then. What pods have stays as it is.</param>
    public static IReadOnlyList<SliceDevice> Of(MachineReading machine, Func<SlicePlace, SliceGoal?> listed, SliceBook book, bool isRefused = false)
    {
        var devices = new List<SliceDevice>();
        foreach (var gpu in machine.Gpus.Where(gpu => !book.Foreign.Contains(gpu.Uuid)))
        {
            foreach (var slice in gpu.Slices.Where(slice => slice.Uuid is null || !book.Foreign.Contains(slice.Uuid)))
            {
                var place = new SlicePlace(gpu.Index, slice.Shape);
                var goal = listed(place);

                // Somebody runs on it whom kubelet does not know: what an earlier pod left behind. Running pods keep what is unhealthy.
                var isHealthy = gpu.Fault is null && slice.Fault is null && (book.Uses.ContainsKey(place) || !(slice.IsBusy || isRefused));
                devices.Add(new SliceDevice(place, goal?.Id ?? place.Id, goal?.Resource ?? SpecEntry.Plain(slice.Shape), gpu.Uuid, slice.Uuid, isHealthy) { NumaNode = gpu.NumaNode });
            }
        }

        return devices;
    }

    /// <summary>
    /// Every name that a MIG instance of this machine could go by, aliases too. kubelet has to know them before there is any:
    /// a pod that asks for a name it does not know runs without a device.
    /// </summary>
    public static IEnumerable<string> NamesOf(MachineReading machine) => machine.Gpus
        .Select(gpu => gpu.Model)
        .Distinct()
        .SelectMany(model => model.Names)
        .Distinct(StringComparer.Ordinal)
        .Select(name => SliceResource.Mig(name).Name);
}
