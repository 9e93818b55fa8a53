using System.Runtime.InteropServices;

namespace Nos.Scheduling.Agent.Nvml;

/// <summary>A device's memory, what it keeps for itself told apart.</summary>
/// <remarks>Source: nvml.h, <c>nvmlMemory_v2_t</c>, 40 bytes, version 0x02000028.</remarks>
[StructLayout(LayoutKind.Sequential)]
internal struct DeviceMemoryV2
{
    /// <summary>Size and version; set before the call.</summary>
    public uint Version;

    /// <summary>Unit: bytes.</summary>
    public ulong Total;

    /// <summary>Unit: bytes that the device keeps for itself.</summary>
    public ulong Reserved;

    /// <summary>Unit: bytes.</summary>
    public ulong Free;

    /// <summary>Unit: bytes.</summary>
    public ulong Used;
}
