using System.Runtime.InteropServices;

namespace Nos.Scheduling.Agent.Nvml;

/// <summary>A process on a device.</summary>
/// <remarks>Source: nvml.h, <c>nvmlProcessInfo_t</c>, 24 bytes.</remarks>
[StructLayout(LayoutKind.Sequential)]
internal struct DeviceProcess
{
    /// <summary>In the host's numbering.</summary>
    public uint Pid;

    /// <summary>Unit: bytes; all ones where not told.</summary>
    public ulong UsedGpuMemory;

    /// <summary>Its GPU instance; all ones where there is none.</summary>
    public uint GpuInstanceId;

    /// <summary>Its compute instance; all ones where there is none.</summary>
    public uint ComputeInstanceId;
}
