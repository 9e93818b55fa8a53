namespace Nos.Scheduling.Nodes;

/// <summary>What an MPS client asks of its GPU beside memory.</summary>
/// <param name="ComputePercent">Unit: percent of the GPU's threads asked for; 0 where none was asked for.</param>
/// <param name="Uid">The uid it runs as: the driver lets clients of one uid on a GPU at a time. <see langword="null"/>: unknown, agrees with no known one.</param>
public readonly record struct MpsDemand(int ComputePercent, long? Uid);
