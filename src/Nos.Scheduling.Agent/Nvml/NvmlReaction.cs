namespace Nos.Scheduling.Agent.Nvml;

/// <summary>What to do about a failed call, and what to tell whoever reads the status.</summary>
/// <param name="Remedy">How far it reaches.</param>
/// <param name="Reason">In one word, for a condition where it concerns the whole node.</param>
/// <param name="Advice">A sentence that says what it means, and what helps.</param>
/// <remarks>Source: the errors that NVML's header and other people's code lead one to expect of MIG calls.</remarks>
internal sealed record NvmlReaction(NvmlRemedy Remedy, string Reason, string Advice)
{
    /// <summary>The reaction to a failure.</summary>
    internal static NvmlReaction To(NvmlException failure) => failure.Code switch
    {
        NvmlReturn.LibraryNotFound => new(
            NvmlRemedy.ReopenSession, "NvmlNotFound", $"{NvmlLibrary.Name} is not there: install NVIDIA's driver, and give the agent's pod its libraries."),
        NvmlReturn.DriverNotLoaded => new(NvmlRemedy.ReopenSession, "DriverNotLoaded", "NVIDIA's kernel module is not loaded."),
        NvmlReturn.Uninitialized => new(NvmlRemedy.ReopenSession, "DriverReloaded", "The driver went away under the agent; it connects anew."),
        NvmlReturn.LibRmVersionMismatch => new(
            NvmlRemedy.RestartProcess, "DriverMismatch", "The driver and its library are of two versions: the driver was upgraded, and either the agent or the node has to start anew."),
        NvmlReturn.GpuIsLost => new(NvmlRemedy.DistrustGpu, "GpuLost", "The GPU has fallen off the bus: reset it, or restart the node."),
        NvmlReturn.ResetRequired => new(NvmlRemedy.DistrustGpu, "GpuResetRequired", "The GPU must be reset (nvidia-smi --gpu-reset) before it works again."),
        NvmlReturn.Unknown or NvmlReturn.Timeout or NvmlReturn.IrqIssue => new(
            NvmlRemedy.DistrustGpu, "GpuFailed", "The driver does not know what is wrong with the GPU; the kernel's log may (NVRM, Xid)."),
        NvmlReturn.NoPermission => new(
            NvmlRemedy.RetrySlice, "NoPermission", "The agent may not do this: it needs to be root with the capability mig/config (privileged, NVIDIA_MIG_CONFIG_DEVICES=all)."),
        NvmlReturn.OperatingSystem => new(NvmlRemedy.RetrySlice, "NoPermission", "The operating system keeps the agent from the GPU; its pod must be privileged."),
        NvmlReturn.InUse => new(NvmlRemedy.RetrySlice, "GpuInUse", InUse(failure.Call)),
        NvmlReturn.InsufficientResources => new(
            NvmlRemedy.RetrySlice, "NoRoom", "The GPU has no room for it: something overlaps it, its profile has as many as it may, or its media engines are taken."),
        NvmlReturn.InvalidArgument => new(NvmlRemedy.RetrySlice, "NotAllowed", "The GPU does not allow it at this place."),
        NvmlReturn.NotSupported => new(NvmlRemedy.RetrySlice, "NotSupported", "The GPU cannot do it now: its MIG mode is off, or this is a virtual machine's share of it."),
        NvmlReturn.FunctionNotFound => new(NvmlRemedy.RetrySlice, "DriverTooOld", "The driver is too old for it: exact places need R470 or later."),
        _ => new(NvmlRemedy.RetrySlice, "DriverFailed", "It is tried again."),
    };

    private static string InUse(string call) => call.EndsWith("Destroy", StringComparison.Ordinal)
        ? "A process is still on it; it is tried again when that has ended."
        : "Another client holds the GPU, such as DCGM, a metrics exporter, nvidia-smi in a loop or X: stop it.";
}
