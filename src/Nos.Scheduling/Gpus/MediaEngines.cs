namespace Nos.Scheduling.Gpus;

/// <summary>What a MIG profile's suffix says about the GPU's media and graphics engines.</summary>
/// <remarks>Source: nvml.h, the comments on <c>NVML_GPU_INSTANCE_PROFILE_*</c>; they limit which instances may stand side by side.</remarks>
public enum MediaEngines
{
    /// <summary>No suffix: the profile's usual share.</summary>
    Usual,

    /// <summary><c>+me</c>: the one set of JPEG and OFA engines; at most one such instance on a GPU.</summary>
    One,

    /// <summary><c>+me.all</c>: every media engine of the GPU; only <see cref="None"/> instances may stand beside it.</summary>
    All,

    /// <summary><c>-me</c>: no media engine at all.</summary>
    None,

    /// <summary><c>+gfx</c>: graphics as well as compute.</summary>
    Graphics,
}
