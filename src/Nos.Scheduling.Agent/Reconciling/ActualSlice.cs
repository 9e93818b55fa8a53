using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Agent.Reconciling;

/// <summary>A slice that exists, as the decision sees it.</summary>
/// <param name="Shape">What it takes of its GPU.</param>
/// <param name="Tie">What speaks for keeping it.</param>
internal readonly record struct ActualSlice(SliceShape Shape, SliceTie Tie);
