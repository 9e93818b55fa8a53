namespace Nos.Scheduling.Sharing;

/// <summary>A node's state, by which what was worked out for one node serves all that are alike.</summary>
/// <param name="CpuMilli">Unit: millicores left.</param>
/// <param name="MemoryMiB">Unit: MiB left.</param>
/// <param name="Kind">The model and the number of GPUs.</param>
/// <param name="First">The sorted thousandths that are left of six GPUs, ten bits each.</param>
/// <param name="Second">Of six more.</param>
/// <param name="Third">Of the rest.</param>
internal readonly record struct RoomKey(int CpuMilli, int MemoryMiB, int Kind, ulong First, ulong Second, ulong Third);
