using System.Runtime.InteropServices;

namespace Nos.Scheduling.Agent.Nvml;

/// <summary>Something that happened to a GPU.</summary>
/// <remarks>Source: nvml.h, <c>nvmlEventData_t</c> of <c>nvmlEventSetWait_v2</c>, 32 bytes; the first version ends before the instances.</remarks>
[StructLayout(LayoutKind.Sequential)]
internal struct EventRecord
{
    /// <summary>The type of XID errors, <c>nvmlEventTypeXidCriticalError</c>; types are bits.</summary>
    public const ulong Xid = 0x8;

    /// <summary>What the numbers of instances say where the event is about none.</summary>
    public const uint NoInstance = uint.MaxValue;

    /// <summary>The GPU, also where it is about an instance of it.</summary>
    public nint Device;

    /// <summary>One type.</summary>
    public ulong Type;

    /// <summary>Of an XID error its number; 999 where the driver does not know it.</summary>
    public ulong Payload;

    /// <summary>The GPU instance's number, or <see cref="NoInstance"/>.</summary>
    public uint GpuInstanceId;

    /// <summary>The compute instance's number, or <see cref="NoInstance"/>.</summary>
    public uint ComputeInstanceId;
}
