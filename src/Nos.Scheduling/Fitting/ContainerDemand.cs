using Nos.Scheduling.Gpus;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Fitting;

/// <summary>What one container asks for of one slice resource.</summary>
/// <param name="Container">The container's name.</param>
/// <param name="Kind">When it runs.</param>
/// <param name="Resource">The slice.</param>
/// <param name="Count">How many; 1 or more.</param>
/// <param name="Mps">What it asks of an MPS GPU beside memory.</param>
public readonly record struct ContainerDemand(string Container, ContainerKind Kind, SliceResource Resource, int Count, MpsDemand Mps = default);
