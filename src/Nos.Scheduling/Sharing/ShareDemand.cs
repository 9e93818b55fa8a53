namespace Nos.Scheduling.Sharing;

/// <summary>What a pod asks of a node whose GPUs are given out whole or by thousandths.</summary>
/// <param name="CpuMilli">Unit: millicores.</param>
/// <param name="MemoryMiB">Unit: MiB.</param>
/// <param name="Gpus">How many GPUs; 0 for a pod without.</param>
/// <param name="GpuMilli">Unit: thousandths of each of them: 1 to 1000 for one GPU, 1000 for several, 0 for none.</param>
/// <param name="Models">The models it may have: bit <c>i</c> is model <c>i</c> of the caller's list; 0 for any.</param>
public readonly record struct ShareDemand(int CpuMilli, int MemoryMiB, int Gpus, int GpuMilli, ulong Models)
{
    /// <summary>Unit: thousandths of a GPU, all together.</summary>
    public int TotalMilli => Gpus * GpuMilli;
}
