using System.Runtime.InteropServices;

namespace Nos.Scheduling.Agent.Nvml;

/// <summary>A compute instance profile; it can be read only of a GPU instance that exists.</summary>
/// <remarks>Source: nvml.h, <c>nvmlComputeInstanceProfileInfo_t</c>, 36 bytes.</remarks>
[StructLayout(LayoutKind.Sequential)]
internal struct ComputeInstanceProfile
{
    /// <summary>The number that create, list and placements take; not the number of the profile enumeration.</summary>
    public uint Id;

    /// <summary>Unit: compute slices.</summary>
    public uint SliceCount;

    /// <summary>The most of them in the GPU instance.</summary>
    public uint InstanceCount;

    /// <summary>Unit: SMs.</summary>
    public uint MultiprocessorCount;

    /// <summary>Copy engines.</summary>
    public uint SharedCopyEngineCount;

    /// <summary>NVDEC engines.</summary>
    public uint SharedDecoderCount;

    /// <summary>NVENC engines.</summary>
    public uint SharedEncoderCount;

    /// <summary>JPEG engines.</summary>
    public uint SharedJpegCount;

    /// <summary>Optical flow engines.</summary>
    public uint SharedOfaCount;
}
