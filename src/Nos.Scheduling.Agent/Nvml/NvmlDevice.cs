using System.Runtime.InteropServices;

namespace Nos.Scheduling.Agent.Nvml;

/// <summary>One GPU of an open session, by its handle: the calls that ask about it. No call is made twice, none is retried.</summary>
/// <param name="Index">NVML's index, from 0.</param>
/// <param name="Handle">Good for as long as the session; to be taken anew when MIG mode changed.</param>
internal readonly record struct NvmlDevice(uint Index, nint Handle)
{
    /// <summary>The size of DeviceMemoryV2 with its version in the upper byte.</summary>
    private const uint MemoryV2 = 0x02000028;

    /// <summary>The device's UUID, <c>GPU-…</c>.</summary>
    /// <exception cref="NvmlException">NVML does not tell it.</exception>
    public string Uuid => UuidOf(Handle);

    /// <summary>The product's name as NVML writes it, with blanks.</summary>
    /// <exception cref="NvmlException">NVML does not tell it.</exception>
    public string Name
    {
        get
        {
            var (device, text) = (Handle, new byte[NvmlText.Length]);
            NvmlCall.Check("nvmlDeviceGetName", () => NvmlLibrary.DeviceGetName(device, ref text[0], NvmlText.Length));
            return NvmlText.Read(text);
        }
    }

    /// <summary>The PCI address, <c>00000000:07:00.0</c>.</summary>
    /// <exception cref="NvmlException">NVML does not tell it.</exception>
    public string PciBusId
    {
        get
        {
            var (device, pci) = (Handle, default(PciAddress));
            NvmlCall.Check("nvmlDeviceGetPciInfo_v3", () => NvmlLibrary.DeviceGetPciInfo(device, out pci));
            return NvmlText.Read(pci.BusId);
        }
    }

    /// <summary>Whether MIG mode is on, now and after the next reset; <see langword="null"/> where the device knows no MIG.</summary>
    /// <exception cref="NvmlException">NVML does not tell it.</exception>
    public (bool Now, bool Pending)? MigMode
    {
        get
        {
            var (device, now, pending) = (Handle, 0u, 0u);
            var code = NvmlCall.Try(() => NvmlLibrary.DeviceGetMigMode(device, out now, out pending));
            return code switch
            {
                NvmlReturn.Success => (now == 1, pending == 1),
                NvmlReturn.NotSupported or NvmlReturn.FunctionNotFound => null,
                _ => throw new NvmlException("nvmlDeviceGetMigMode", code),
            };
        }
    }

    /// <summary>Unit: bytes. Reserved is <see langword="null"/> with drivers before R510, which do not tell it apart.</summary>
    /// <exception cref="NvmlException">NVML does not tell it.</exception>
    public (ulong Total, ulong? Reserved) Memory
    {
        get
        {
            var (device, told) = (Handle, new DeviceMemoryV2 { Version = MemoryV2 });
            if (NvmlCall.Try(() => NvmlLibrary.DeviceGetMemoryInfoV2(device, ref told)) == NvmlReturn.Success)
            {
                return (told.Total, told.Reserved);
            }

            var plain = default(DeviceMemory);
            NvmlCall.Check("nvmlDeviceGetMemoryInfo", () => NvmlLibrary.DeviceGetMemoryInfo(device, out plain));
            return (plain.Total, null);
        }
    }

    /// <summary>Who may open the device.</summary>
    /// <exception cref="NvmlException">NVML does not tell it, or does not allow it.</exception>
    public ComputeMode ComputeMode
    {
        get
        {
            var (device, mode) = (Handle, ComputeMode.Default);
            NvmlCall.Check("nvmlDeviceGetComputeMode", () => NvmlLibrary.DeviceGetComputeMode(device, out mode));
            return mode;
        }

        set
        {
            var device = Handle;
            NvmlCall.Check("nvmlDeviceSetComputeMode", () => NvmlLibrary.DeviceSetComputeMode(device, value));
        }
    }

    /// <summary>Switches MIG mode on.</summary>
    /// <returns>What came of it: success of the call alone does not mean that the mode is on.</returns>
    /// <exception cref="NvmlException">The call itself failed.</exception>
    public NvmlReturn EnableMig()
    {
        var (device, activation) = (Handle, NvmlReturn.Success);
        NvmlCall.Check("nvmlDeviceSetMigMode", () => NvmlLibrary.DeviceSetMigMode(device, 1, out activation));
        return activation;
    }

    /// <summary>Whether a process runs on the whole GPU or on any of its instances.</summary>
    /// <remarks>A question that NVML does not answer counts as yes: when in doubt it is in use.</remarks>
    public bool HasProcesses() => HasProcesses(Handle);

    /// <summary>As <see cref="HasProcesses()"/>, of a MIG device.</summary>
    internal static bool HasProcesses(nint device) => HasComputeProcesses(device) || HasGraphicsProcesses(device);

    private static bool HasComputeProcesses(nint device)
    {
        var (count, none) = (0u, default(DeviceProcess));
        var code = NvmlCall.Try(() => NvmlLibrary.DeviceGetComputeRunningProcesses(device, ref count, ref none));
        if (code == NvmlReturn.FunctionNotFound)
        {
            code = NvmlCall.Try(() => NvmlLibrary.DeviceGetComputeRunningProcessesV2(device, ref count, ref none));
        }

        // With room for none, any process at all is told as InsufficientSize.
        return code != NvmlReturn.Success || count > 0;
    }

    /// <summary>Only instances of a <c>+gfx</c> profile can have such; drivers and devices that know of none have none.</summary>
    private static bool HasGraphicsProcesses(nint device)
    {
        var (count, none) = (0u, default(DeviceProcess));
        var code = NvmlCall.Try(() => NvmlLibrary.DeviceGetGraphicsRunningProcesses(device, ref count, ref none));
        if (code == NvmlReturn.FunctionNotFound)
        {
            code = NvmlCall.Try(() => NvmlLibrary.DeviceGetGraphicsRunningProcessesV2(device, ref count, ref none));
        }

        return code is not (NvmlReturn.Success or NvmlReturn.FunctionNotFound or NvmlReturn.NotSupported) || count > 0;
    }

    /// <summary>The UUID of a GPU or of a MIG device.</summary>
    /// <exception cref="NvmlException">NVML does not tell it.</exception>
    internal static string UuidOf(nint device)
    {
        var text = new byte[NvmlText.Length];
        NvmlCall.Check("nvmlDeviceGetUUID", () => NvmlLibrary.DeviceGetUUID(device, ref MemoryMarshal.GetArrayDataReference(text), NvmlText.Length));
        return NvmlText.Read(text);
    }
}
