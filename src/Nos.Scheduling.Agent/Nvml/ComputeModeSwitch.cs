using Nos.Scheduling.Agent.Reconciling;
using Nos.Scheduling.Gpus;

namespace Nos.Scheduling.Agent.Nvml;

/// <summary>Keeps all processes but one, the MPS server, from opening a GPU, and gives it back. Opens a session of its own each time: that is rare.</summary>
internal static class ComputeModeSwitch
{
    /// <summary>Lets one process at a time open the GPU.</summary>
    /// <param name="uuid">The device's UUID.</param>
    /// <param name="remember">Told of the mode that it has, before that is changed.</param>
    /// <returns>Unit: GB that shares of it may add up to.</returns>
    /// <exception cref="GpuDriverException">It cannot be shared; why, in sentences that say what to do.</exception>
    public static int MakeExclusive(string uuid, Action<ComputeMode> remember) => On(uuid, device =>
    {
        if (MigModeSwitch.ObstacleToSharing(device.Index, device.MigMode) is { } obstacle)
        {
            throw new GpuDriverException(obstacle);
        }

        // Whoever has it open keeps it open in any mode, and no server would get in beside him.
        if (device.HasProcesses())
        {
            throw new GpuDriverException($"A process runs on GPU {device.Index} that no MPS daemon serves, past MPS or left by a daemon that died; the GPU is shared when that has ended.");
        }

        remember(device.ComputeMode);
        Set(device, ComputeMode.ExclusiveProcess);
        var (total, reserved) = device.Memory;
        var totalMiB = (int)(total >> 20);
        return reserved is { } bytes ? MpsLimits.UsableGB(totalMiB, (int)(bytes >> 20)) : MpsLimits.UsableGBFromLabel(totalMiB);
    });

    /// <summary>Gives the GPU its earlier mode back.</summary>
    /// <exception cref="GpuDriverException">It refuses.</exception>
    public static void Restore(string uuid, ComputeMode before) => On(uuid, device =>
    {
        Set(device, before);
        return true;
    });

    private static void Set(NvmlDevice device, ComputeMode mode)
    {
        if (device.ComputeMode != mode)
        {
            device.ComputeMode = mode;
        }
    }

    private static T On<T>(string uuid, Func<NvmlDevice, T> work)
    {
        try
        {
            using var session = NvmlSession.Open();
            var found = session.Devices.Where(each => each.Device?.Uuid == uuid).Select(each => each.Device).FirstOrDefault();
            return work(found ?? throw new GpuDriverException($"NVML shows no GPU {uuid}."));
        }
        catch (NvmlException failure) when (failure is { Code: NvmlReturn.NotSupported, Call: "nvmlDeviceSetComputeMode" })
        {
            throw new GpuDriverException($"{failure.Message}. The GPU does not let one process have it alone.");
        }
        catch (NvmlException failure)
        {
            throw new GpuDriverException($"{failure.Message}. {NvmlReaction.To(failure).Advice}");
        }
    }
}
