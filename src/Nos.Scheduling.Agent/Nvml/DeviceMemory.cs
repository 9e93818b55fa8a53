using System.Runtime.InteropServices;

namespace Nos.Scheduling.Agent.Nvml;

/// <summary>A device's memory as every driver tells it.</summary>
/// <remarks>Source: nvml.h, <c>nvmlMemory_t</c>, 24 bytes.</remarks>
[StructLayout(LayoutKind.Sequential)]
internal struct DeviceMemory
{
    /// <summary>Unit: bytes.</summary>
    public ulong Total;

    /// <summary>Unit: bytes.</summary>
    public ulong Free;

    /// <summary>Unit: bytes; what the device keeps for itself counts as used.</summary>
    public ulong Used;
}
