using System.Runtime.InteropServices;

namespace Nos.Scheduling.Agent.Nvml;

/// <summary>A GPU instance that exists.</summary>
/// <remarks>Source: nvml.h, <c>nvmlGpuInstanceInfo_t</c>, 24 bytes.</remarks>
[StructLayout(LayoutKind.Sequential)]
internal struct GpuInstanceRecord
{
    /// <summary>The GPU it is on.</summary>
    public nint Device;

    /// <summary>Its number on that GPU; used again after it is gone.</summary>
    public uint Id;

    /// <summary>The profile's id, not its number in the enumeration.</summary>
    public uint ProfileId;

    /// <summary>The memory slices that it has.</summary>
    public InstancePlacement Placement;
}
