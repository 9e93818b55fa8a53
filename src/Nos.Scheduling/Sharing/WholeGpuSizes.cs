namespace Nos.Scheduling.Sharing;

/// <summary>The sizes by which pods with several GPUs are counted: 2, 4, 8 and 16; others count as the next larger one.</summary>
internal static class WholeGpuSizes
{
    /// <summary>How many sizes there are.</summary>
    internal const int Count = 4;

    /// <summary>The number of GPUs of a size.</summary>
    internal static int GpusOf(int size) => 2 << size;

    /// <summary>The size by which a pod counts, or -1 for pods with fewer than two GPUs, or more than sixteen.</summary>
    internal static int Of(int gpus) => gpus switch { < 2 => -1, 2 => 0, <= 4 => 1, <= 8 => 2, <= 16 => 3, _ => -1 };
}
