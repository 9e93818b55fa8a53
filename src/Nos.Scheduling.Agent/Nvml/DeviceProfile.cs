using Nos.Scheduling.Gpus;

namespace Nos.Scheduling.Agent.Nvml;

/// <summary>A GPU instance profile of one device, with the two numbers that NVML has for it.</summary>
/// <param name="Id">What create, list and placements take, 19 for an A100's smallest.</param>
/// <param name="Enumerator">The number in nvml.h's enumeration, 0 for the same; it decides the suffix of the name.</param>
/// <param name="Multiprocessors">Unit: SMs of an instance.</param>
/// <param name="Shape">What the device says of it.</param>
internal sealed record DeviceProfile(uint Id, uint Enumerator, int Multiprocessors, MigProfile Shape)
{
    /// <summary>What its instances can be divided into.</summary>
    public PartProfiles Parts { get; } = new();
}
