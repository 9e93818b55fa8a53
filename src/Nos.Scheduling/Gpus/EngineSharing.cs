namespace Nos.Scheduling.Gpus;

/// <summary>Which instances the media engines of a GPU allow side by side.</summary>
public static class EngineSharing
{
    /// <summary>Whether two instances with such suffixes may stand on one GPU; the same either way round.</summary>
    /// <remarks>Source: nvml.h on <c>NVML_GPU_INSTANCE_PROFILE_1_SLICE_ALL_ME</c>; at most one <c>+me</c> a GPU, as there is one OFA.</remarks>
    public static bool Tolerate(this MediaEngines engines, MediaEngines other) => (engines, other) switch
    {
        (MediaEngines.All, not MediaEngines.None) or (not MediaEngines.None, MediaEngines.All) => false,
        (MediaEngines.One, MediaEngines.One) => false,
        _ => true,
    };
}
