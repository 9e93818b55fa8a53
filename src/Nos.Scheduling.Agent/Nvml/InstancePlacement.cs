using System.Runtime.InteropServices;

namespace Nos.Scheduling.Agent.Nvml;

/// <summary>Where an instance lies: a run of slices.</summary>
/// <remarks>Source: nvml.h, <c>nvmlGpuInstancePlacement_t</c> and <c>nvmlComputeInstancePlacement_t</c>, 8 bytes each.</remarks>
[StructLayout(LayoutKind.Sequential)]
internal struct InstancePlacement
{
    /// <summary>The first slice, from 0. Unit: memory slices for a GPU instance, compute slices for a compute instance.</summary>
    public uint Start;

    /// <summary>How many; 1 or more.</summary>
    public uint Size;
}
