using Nos.Scheduling.Agent.Reconciling;

namespace Nos.Scheduling.Agent.Nvml;

/// <summary>Switches MIG mode on, where it may.</summary>
internal static class MigModeSwitch
{
    /// <summary>Why no instance can be made on that GPU, and what to do; <see langword="null"/> where nothing is in the way.</summary>
    /// <param name="index">NVML's index of the GPU.</param>
    /// <param name="mode">Its MIG mode; <see langword="null"/> where it knows none.</param>
    /// <param name="mayEnable">Whether it may be switched on.</param>
    public static string? Obstacle(uint index, (bool Now, bool Pending)? mode, bool mayEnable) => mode switch
    {
        null or (true, true) => null,
        (true, false) => $"MIG mode of GPU {index} goes off at its next reset; keep it on with nvidia-smi -i {index} -mig 1.",
        (false, true) => Pending(index),
        (false, false) => mayEnable ? null : $"MIG mode of GPU {index} is off; run nvidia-smi -i {index} -mig 1 while nothing uses the GPU, or start the agent with --enable-mig.",
    };

    /// <summary>Why that GPU cannot be shared by MPS, and what to do; <see langword="null"/> where nothing is in the way.</summary>
    /// <param name="index">NVML's index of the GPU.</param>
    /// <param name="mode">Its MIG mode; <see langword="null"/> where it knows none.</param>
    public static string? ObstacleToSharing(uint index, (bool Now, bool Pending)? mode) => mode switch
    {
        null or (false, false) => null,
        (true, true) => $"MIG mode of GPU {index} is on, and MPS shares whole GPUs only; run nvidia-smi -i {index} -mig 0 while nothing uses the GPU.",
        (true, false) => $"MIG mode of GPU {index} goes off at its next reset: run nvidia-smi -i {index} --gpu-reset while nothing uses it.",
        (false, true) => $"MIG mode of GPU {index} comes on at its next reset; keep it off with nvidia-smi -i {index} -mig 0.",
    };

    /// <summary>Sees to it that MIG mode is on.</summary>
    /// <returns>Whether it was switched: handles and profiles are to be read anew.</returns>
    /// <exception cref="GpuDriverException">It is not on and cannot or must not be switched.</exception>
    /// <exception cref="NvmlException">The device refuses.</exception>
    public static bool EnsureOn(NvmlDevice device, bool mayEnable)
    {
        var mode = device.MigMode;
        if (mode is null or { Now: true })
        {
            return mode is null ? throw new GpuDriverException($"GPU {device.Index} knows no MIG.") : false;
        }

        if (Obstacle(device.Index, mode, mayEnable) is { } obstacle)
        {
            throw new GpuDriverException(obstacle);
        }

        if (device.HasProcesses())
        {
            throw new GpuDriverException($"MIG mode of GPU {device.Index} is off and a process runs on the GPU; it is switched on when that has ended.");
        }

        var activation = device.EnableMig();
        if (activation == NvmlReturn.InUse)
        {
            throw new GpuDriverException($"MIG mode of GPU {device.Index} cannot be switched on: {NvmlReaction.To(new NvmlException("nvmlDeviceSetMigMode", activation)).Advice}");
        }

        // The call succeeds also where the change waits for a reset: only what the device shows afterwards counts.
        return activation == NvmlReturn.Success && NvmlSession.DeviceAt(device.Index).MigMode is (true, true)
            ? true
            : throw new GpuDriverException(Pending(device.Index));
    }

    private static string Pending(uint index) =>
        $"MIG mode of GPU {index} comes on at its next reset: run nvidia-smi -i {index} --gpu-reset while nothing uses it; in a virtual machine restart that.";
}
