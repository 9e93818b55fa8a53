using Nos.Scheduling.Gpus;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Agent.Reconciling;

/// <summary>One GPU as the driver shows it.</summary>
/// <param name="Index">NVML's index, from 0.</param>
/// <param name="Uuid">The device's UUID, <c>GPU-…</c>.</param>
/// <param name="Model">What it can do; GPUs of one product share one instance.</param>
/// <param name="Slices">What exists, by start, then size.</param>
internal sealed record GpuReading(int Index, string Uuid, GpuModel Model, IReadOnlyList<LiveSlice> Slices)
{
    /// <summary>What was begun and not finished, or half destroyed: it takes room and nobody can use it.</summary>
    public IReadOnlyList<SliceShape> HalfDone { get; init; } = [];

    /// <summary>Why no MIG instance can be made on it now, and what to do; <see langword="null"/> where nothing is in the way.</summary>
    public string? Obstacle { get; init; }

    /// <summary>Why no MPS share can be made on it now, and what to do; <see langword="null"/> where nothing is in the way.</summary>
    public string? ShareObstacle { get; init; }

    /// <summary>Processes that its MPS daemon makes wait; none where it is not shared.</summary>
    public IReadOnlyList<QueuedClient> Queued { get; init; } = [];

    /// <summary>The NUMA node that it is plugged into; <see langword="null"/> where that does not matter, or is not known.</summary>
    public int? NumaNode { get; init; }

    /// <summary>Whether MIG mode is on; also <see langword="false"/> where the device knows none, or is simulated.</summary>
    public bool IsMigOn { get; init; }

    /// <summary>Why it does not answer, or is not to be trusted; <see langword="null"/> else. Of one that does not answer the rest is what it showed last.</summary>
    public string? Fault { get; init; }
}
