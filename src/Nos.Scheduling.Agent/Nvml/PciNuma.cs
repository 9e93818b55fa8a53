using System.Globalization;

namespace Nos.Scheduling.Agent.Nvml;

/// <summary>Tells which NUMA node a PCI device is plugged into, by what Linux says of it.</summary>
internal static class PciNuma
{
    /// <summary>Where Linux shows PCI devices.</summary>
    public const string Devices = "/sys/bus/pci/devices";

    /// <summary>The NUMA node, from 0.</summary>
    /// <param name="busId">As NVML writes it, <c>00000000:07:00.0</c>; Linux has four digits for the domain, and small letters.</param>
    /// <param name="devices">See <see cref="Devices"/>.</param>
    /// <returns><see langword="null"/> where the machine has but one, the firmware does not tell (Linux then says -1), or there is no such device.</returns>
    public static int? NodeOf(string busId, string devices = Devices)
    {
        var linux = (busId.Length > 12 ? busId[^12..] : busId).ToLowerInvariant();
        try
        {
            var text = File.ReadAllText(Path.Combine(devices, linux, "numa_node"));
            return int.TryParse(text, NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var node) ? node : null;
        }
        catch (Exception unknown) when (unknown is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
