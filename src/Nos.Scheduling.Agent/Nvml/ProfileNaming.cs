using Nos.Scheduling.Gpus;

namespace Nos.Scheduling.Agent.Nvml;

/// <summary>Names MIG profiles as <c>nvidia-smi mig -lgip</c> does, where the driver does not. Source: go-nvlib, <c>pkg/nvlib/device/mig_profile.go</c>.</summary>
internal static class ProfileNaming
{
    private const string Prefix = "MIG ";

    /// <summary>The name by NVIDIA's formula: memory in eighths of the GPU, rounded up, times the GPU's GB, rounded half away from zero.</summary>
    /// <param name="enumerator">The number in nvml.h's enumeration; it tells the engines.</param>
    /// <param name="computeSlices">Unit: compute slices.</param>
    /// <param name="memoryMiB">Unit: MiB of the profile.</param>
    /// <param name="totalBytes">Unit: bytes of the GPU.</param>
    public static string Name(uint enumerator, int computeSlices, ulong memoryMiB, ulong totalBytes)
    {
        var eighths = Math.Ceiling(memoryMiB * 1048576.0 / totalBytes * 8);
        var gigabytes = Math.Ceiling(totalBytes / 1073741824.0);

        // Banker's rounding would name a B200's smallest 22gb.
        var memory = (int)Math.Round(eighths / 8 * gigabytes, MidpointRounding.AwayFromZero);
        return new ProfileName(computeSlices, memory, EnginesOf(enumerator)).ToString();
    }

    /// <summary>The driver's name without <c>MIG</c> in front; <see langword="null"/> where it is none that can be read.</summary>
    public static string? Stripped(string told)
    {
        var name = told.StartsWith(Prefix, StringComparison.Ordinal) ? told[Prefix.Length..] : told;
        return ProfileName.TryParse(name, out var parts) ? parts.ToString() : null;
    }

    private static MediaEngines EnginesOf(uint enumerator) => enumerator switch
    {
        7 or 8 => MediaEngines.One,
        10 or 11 or 12 or 17 => MediaEngines.Graphics,
        13 or 14 => MediaEngines.None,
        15 or 16 => MediaEngines.All,
        _ => MediaEngines.Usual,
    };
}
