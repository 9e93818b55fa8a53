namespace Nos.Scheduling.Agent.Reconciling;

/// <summary>What one GPU should be cut into. A GPU without a goal is left alone.</summary>
/// <param name="Index">NVML's index.</param>
/// <param name="Slices">In the order of the spec; where two cannot stand side by side, the one that exists, then the first, wins.</param>
/// <param name="IsEmpty">
/// Whether free slices that no spec ever listed go as well: the spec says that there be none at all, or the node is leaving its mode. Not so where
/// the spec lists only what cannot be.
/// </param>
internal sealed record GpuGoal(int Index, IReadOnlyList<SliceGoal> Slices, bool IsEmpty);
