namespace Nos.Scheduling.Sharing;

/// <summary>A node whose GPUs are given out whole or by thousandths, while nobody has any of them.</summary>
/// <param name="Name">Its name; unique in the cluster.</param>
/// <param name="CpuMilli">Unit: millicores.</param>
/// <param name="MemoryMiB">Unit: MiB.</param>
/// <param name="Gpus">How many GPUs; at most <see cref="MostGpus"/>.</param>
/// <param name="Model">Their model: the bit that <see cref="ShareDemand.Models"/> names it by, below 64.</param>
public sealed record ShareNode(string Name, int CpuMilli, int MemoryMiB, int Gpus, int Model)
{
    /// <summary>The most GPUs on one node.</summary>
    public const int MostGpus = 16;

    /// <summary>Unit: thousandths of a GPU; one whole GPU.</summary>
    public const int WholeMilli = 1000;
}
