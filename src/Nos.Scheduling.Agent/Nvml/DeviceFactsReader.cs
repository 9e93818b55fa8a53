namespace Nos.Scheduling.Agent.Nvml;

/// <summary>Reads what a device is.</summary>
internal static class DeviceFactsReader
{
    private const ulong MiB = 1024 * 1024;

    /// <summary>Asks the device; nothing comes from a table of ours.</summary>
    /// <exception cref="NvmlException">NVML does not tell it.</exception>
    public static DeviceFacts Read(NvmlDevice device)
    {
        var (total, reserved) = device.Memory;
        return new DeviceFacts(
            device.Uuid,
            string.Join('-', device.Name.Split(' ', StringSplitOptions.RemoveEmptyEntries)),
            (int)(total / MiB),
            (int?)(reserved / MiB),
            device.MigMode is null ? [] : DeviceProfileReader.Read(device, total))
        {
            NumaNode = PciNuma.NodeOf(device.PciBusId),
        };
    }
}
