namespace Nos.Scheduling.Agent.Nvml;

/// <summary>What does not change of a device while its MIG mode, its driver and it itself stay.</summary>
/// <param name="Uuid">The device's UUID, <c>GPU-…</c>.</param>
/// <param name="Product">As in the label <c>nvidia.com/gpu.product</c>: the name with <c>-</c> for blanks.</param>
/// <param name="MemoryMiB">Unit: MiB, all of it.</param>
/// <param name="ReservedMiB">Unit: MiB that the device keeps for itself; <see langword="null"/> with drivers that do not tell.</param>
/// <param name="Profiles">In the order of nvml.h's enumeration; empty where the device knows no MIG.</param>
internal sealed record DeviceFacts(string Uuid, string Product, int MemoryMiB, int? ReservedMiB, IReadOnlyList<DeviceProfile> Profiles)
{
    /// <summary>The NUMA node that it is plugged into; <see langword="null"/> where that does not matter, or is not known.</summary>
    public int? NumaNode { get; init; }

    /// <summary>The profile of that name, or <see langword="null"/>.</summary>
    public DeviceProfile? Find(string name) => Profiles.FirstOrDefault(profile => profile.Shape.Name == name);
}
