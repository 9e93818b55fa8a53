namespace Nos.Scheduling.Agent.Nvml;

/// <summary>What was seen of a GPU the last time it was looked at.</summary>
/// <param name="Facts">What it is; <see langword="null"/> where it has never answered.</param>
/// <param name="Instances">What exists on it; of a GPU with a fault, what existed when it last answered.</param>
/// <param name="Obstacle">Why no instance can be made on it, and what to do; <see langword="null"/> where nothing is in the way.</param>
/// <param name="Fault">Why it does not answer; <see langword="null"/> where it does.</param>
internal sealed record GpuSight(DeviceFacts? Facts, IReadOnlyList<MigInstance> Instances, string? Obstacle, NvmlException? Fault)
{
    /// <summary>Whether MIG mode was on.</summary>
    public bool IsMigOn { get; init; }

    /// <summary>Not looked at yet.</summary>
    public static GpuSight None { get; } = new(null, [], null, null);

    /// <summary>Why it cannot be shared by MPS, and what to do; <see langword="null"/> where nothing is in the way.</summary>
    public string? ShareObstacle { get; init; }
}
