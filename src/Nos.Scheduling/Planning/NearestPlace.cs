using Nos.Scheduling.Fitting;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Planning;

/// <summary>Where a pod that stays out comes closest to a place, and what it is that it lacks there.</summary>
/// <param name="Node">The node's name.</param>
/// <param name="Refusal">What it lacks.</param>
/// <param name="Gpu">The GPU's index, where it is about slices; else <see langword="null"/>.</param>
/// <param name="InTheWay">MIG: the slices that would have to be freed, by start; empty where it is not about places.</param>
/// <param name="MissingGB">MPS: unit GB of memory that is lacking on that GPU; 0 where it is not about memory.</param>
public sealed record NearestPlace(string Node, Refusal Refusal, int? Gpu, IReadOnlyList<Slice> InTheWay, int MissingGB);
