namespace Nos.Scheduling.Agent.Nvml;

/// <summary>An XID error.</summary>
/// <param name="GpuUuid">Of which GPU.</param>
/// <param name="InstanceId">Of which of its GPU instances; <see langword="null"/>: of the GPU as a whole.</param>
/// <param name="Number">NVIDIA's number of it, as the kernel's log says behind <c>NVRM: Xid</c>.</param>
internal sealed record XidEvent(string GpuUuid, uint? InstanceId, ulong Number)
{
    /// <summary>
    /// Whether a program is to blame and the GPU is as good as before: graphics engine exception (13), memory page fault (31), stopped processing (43),
    /// preemptive cleanup (45), video processor exception (68), context switch timeout (109).
    /// </summary>
    /// <remarks>Source: NVIDIA's device plugin, <c>internal/rm/health.go</c>, which ignores these six and takes a device with any other out of service.</remarks>
    public bool IsApplicationFault => Number is 13 or 31 or 43 or 45 or 68 or 109;
}
