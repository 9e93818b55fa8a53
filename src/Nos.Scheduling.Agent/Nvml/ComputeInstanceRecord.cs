using System.Runtime.InteropServices;

namespace Nos.Scheduling.Agent.Nvml;

/// <summary>A compute instance that exists.</summary>
/// <remarks>Source: nvml.h, <c>nvmlComputeInstanceInfo_t</c>, 32 bytes.</remarks>
[StructLayout(LayoutKind.Sequential)]
internal struct ComputeInstanceRecord
{
    /// <summary>The MIG device, whose UUID containers are given.</summary>
    public nint Device;

    /// <summary>The GPU instance it is in.</summary>
    public nint GpuInstance;

    /// <summary>Its number in that GPU instance.</summary>
    public uint Id;

    /// <summary>The profile's id, not its number in the enumeration.</summary>
    public uint ProfileId;

    /// <summary>The compute slices that it has; zeros from drivers older than the call's second version.</summary>
    public InstancePlacement Placement;
}
