namespace Nos.Scheduling.Agent.Nvml;

/// <summary>The compute instance profiles that GPU instances of one profile offer. They can be asked only of an instance that exists, and are asked once.</summary>
/// <remarks>They are most of the calls of a reading, and do not change while the device's own profiles do not.</remarks>
internal sealed class PartProfiles
{
    /// <summary>The enumeration grows with drivers; it is read to its end, or so far.</summary>
    private const uint MostNumbers = 64;

    private const uint SharedEngines = 0;

    private volatile IReadOnlyList<ComputeInstanceProfile>? known;

    /// <summary>The profiles, each id once.</summary>
    /// <param name="instance">The handle of a GPU instance of that profile.</param>
    /// <exception cref="NvmlException">NVML does not tell them.</exception>
    public IReadOnlyList<ComputeInstanceProfile> Of(nint instance)
    {
        if (known is { Count: > 0 } told)
        {
            return told;
        }

        return known = [.. Read(instance).DistinctBy(profile => profile.Id)];
    }

    private static IEnumerable<ComputeInstanceProfile> Read(nint instance)
    {
        for (var number = 0u; number < MostNumbers; number++)
        {
            var info = default(ComputeInstanceProfile);
            var asked = number;
            var code = NvmlCall.Try(() => NvmlLibrary.GpuInstanceGetComputeInstanceProfileInfo(instance, asked, SharedEngines, out info));
            if (code == NvmlReturn.Success)
            {
                yield return info;
            }
            else if (code == NvmlReturn.InvalidArgument)
            {
                yield break;
            }
            else if (code != NvmlReturn.NotSupported)
            {
                throw new NvmlException("nvmlGpuInstanceGetComputeInstanceProfileInfo", code);
            }
        }
    }
}
