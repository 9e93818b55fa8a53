using System.Runtime.InteropServices;

namespace Nos.Scheduling.Agent.Nvml;

/// <summary>Where a device is plugged in.</summary>
/// <remarks>Source: nvml.h, <c>nvmlPciInfo_t</c>, 68 bytes.</remarks>
[StructLayout(LayoutKind.Sequential)]
internal struct PciAddress
{
    /// <summary>The short form.</summary>
    public Bytes16 BusIdLegacy;

    /// <summary>PCI domain.</summary>
    public uint Domain;

    /// <summary>PCI bus.</summary>
    public uint Bus;

    /// <summary>PCI device.</summary>
    public uint Device;

    /// <summary>Device id in the upper half, vendor 0x10DE in the lower.</summary>
    public uint PciDeviceId;

    /// <summary>Subsystem id.</summary>
    public uint PciSubSystemId;

    /// <summary>The long form, ended by a zero.</summary>
    public Bytes32 BusId;
}
