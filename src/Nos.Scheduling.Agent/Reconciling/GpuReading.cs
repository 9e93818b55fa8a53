using Nos.Scheduling.Gpus;

namespace Nos.Scheduling.Agent.Reconciling;

/// <summary>One GPU as the driver shows it.</summary>
/// <param name="Index">NVML's index, from 0.</param>
/// <param name="Uuid">The device's UUID, <c>GPU-…</c>.</param>
/// <param name="Model">What it can do; GPUs of one product share one instance.</param>
/// <param name="Slices">What exists, by start, then size.</param>
internal sealed record GpuReading(int Index, string Uuid, GpuModel Model, IReadOnlyList<LiveSlice> Slices);
