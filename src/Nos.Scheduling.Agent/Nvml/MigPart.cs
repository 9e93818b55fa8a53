namespace Nos.Scheduling.Agent.Nvml;

/// <summary>A compute instance that exists.</summary>
/// <param name="Handle">Good until it is destroyed.</param>
/// <param name="Slices">Unit: compute slices.</param>
/// <param name="Uuid">Of its MIG device, <c>MIG-…</c>: what a container is given.</param>
/// <param name="HasProcesses">Whether a process ran on it when it was looked at; also where NVML would not tell.</param>
internal readonly record struct MigPart(nint Handle, int Slices, string Uuid, bool HasProcesses);
