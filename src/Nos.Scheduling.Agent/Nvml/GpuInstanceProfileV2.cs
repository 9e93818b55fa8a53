using System.Runtime.InteropServices;

namespace Nos.Scheduling.Agent.Nvml;

/// <summary>A GPU instance profile with its name, from drivers that know the second version.</summary>
/// <remarks>Source: nvml.h, <c>nvmlGpuInstanceProfileInfo_v2_t</c>, 152 bytes, version 0x02000098.</remarks>
[StructLayout(LayoutKind.Sequential)]
internal struct GpuInstanceProfileV2
{
    /// <summary>Size and version; set before the call.</summary>
    public uint Version;

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

    /// <summary>As <c>MIG 1g.10gb</c>, ended by a zero.</summary>
    public Bytes96 Name;
}
