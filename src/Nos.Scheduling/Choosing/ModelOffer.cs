using Nos.Scheduling.Gpus;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Choosing;

/// <summary>The GPUs of one model that are shared in one mode.</summary>
/// <param name="Model">What each of them can do.</param>
/// <param name="Mode">How they are shared.</param>
/// <param name="Gpus">How many there are; 0 in the catalogue.</param>
/// <param name="FreeGB">Unit: GB that nobody holds, over those GPUs where something can be placed now.</param>
public sealed record ModelOffer(GpuModel Model, PartitioningMode Mode, int Gpus, long FreeGB);
