using System.Runtime.InteropServices;

namespace Nos.Scheduling.Agent.Nvml;

/// <summary>A GPU instance profile as every driver with MIG tells it, MIG mode on or off.</summary>
/// <remarks>Source: nvml.h, <c>nvmlGpuInstanceProfileInfo_t</c>, 48 bytes.</remarks>
[StructLayout(LayoutKind.Sequential)]
internal struct GpuInstanceProfileV1
{
    /// <summary>The number that create, list and placements take; not the number of the profile enumeration.</summary>
    public uint Id;

    /// <summary>1 where instances can reach each other.</summary>
    public uint IsP2pSupported;

    /// <summary>Unit: compute slices.</summary>
    public uint SliceCount;

    /// <summary>The most instances on one GPU.</summary>
    public uint InstanceCount;

    /// <summary>Unit: SMs.</summary>
    public uint MultiprocessorCount;

    /// <summary>Copy engines.</summary>
    public uint CopyEngineCount;

    /// <summary>NVDEC engines.</summary>
    public uint DecoderCount;

    /// <summary>NVENC engines.</summary>
    public uint EncoderCount;

    /// <summary>JPEG engines.</summary>
    public uint JpegCount;

    /// <summary>Optical flow engines.</summary>
    public uint OfaCount;

    /// <summary>Unit: MiB, though NVML calls it MB.</summary>
    public ulong MemorySizeMiB;
}
