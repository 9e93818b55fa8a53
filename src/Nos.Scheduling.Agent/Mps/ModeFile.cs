using Nos.Scheduling.Agent.Nvml;
using Nos.Scheduling.Agent.Reconciling;

namespace Nos.Scheduling.Agent.Mps;

/// <summary>Switches a GPU to EXCLUSIVE_PROCESS and back to what it was, over any number of crashes between.</summary>
internal static class ModeFile
{
    /// <summary>Switches it, after the mode that it had is on the disk; what is there already was written by an earlier try.</summary>
    /// <returns>Unit: GB that shares may add up to.</returns>
    /// <exception cref="GpuDriverException">It cannot be shared.</exception>
    /// <exception cref="IOException">Nothing can be written there. <see cref="UnauthorizedAccessException"/> likewise.</exception>
    public static int MakeExclusive(MpsFolder gpu) => ComputeModeSwitch.MakeExclusive(gpu.Uuid, before =>
    {
        if (!File.Exists(gpu.Mode))
        {
            WholeFile.Write(gpu.Mode, before.ToString());
        }
    });

    /// <summary>Switches it back, where it was switched.</summary>
    /// <returns>Whether it was.</returns>
    /// <exception cref="GpuDriverException">The device refuses; it is to be tried again.</exception>
    /// <exception cref="IOException">The file cannot be read or removed. <see cref="UnauthorizedAccessException"/> likewise.</exception>
    public static bool Restore(MpsFolder gpu)
    {
        if (WholeFile.Read(gpu.Mode) is not { } written)
        {
            return false;
        }

        // What cannot be read was no word of ours; every GPU has this mode from the start.
        ComputeModeSwitch.Restore(gpu.Uuid, Enum.TryParse<ComputeMode>(written.Trim(), out var before) ? before : ComputeMode.Default);
        WholeFile.Remove(gpu.Mode);
        return true;
    }
}
