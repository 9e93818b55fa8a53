using System.Collections.Immutable;

namespace Nos.Scheduling.Sharing;

/// <summary>Where a pod goes.</summary>
/// <param name="Node">The node's place in the caller's list.</param>
/// <param name="Gpus">The indices of its GPUs, lowest first; empty for a pod without.</param>
public readonly record struct SharePlacement(int Node, ImmutableArray<int> Gpus);
