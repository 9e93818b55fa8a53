namespace Nos.Scheduling.Gpus;

/// <summary>What MPS allows on one GPU.</summary>
public static class MpsLimits
{
    /// <summary>The most clients of one GPU: Volta and later up to CUDA 13.0; NVIDIA's device plugin keeps to it with later drivers too.</summary>
    public const int Clients = 48;

    /// <summary>Unit: percent of a GPU's threads; what all shares of one GPU may ask for together.</summary>
    public const int ComputePercent = 100;

    /// <summary>Unit: MiB that the MPS server and its contexts need for themselves.</summary>
    public const int OverheadMiB = 512;

    /// <summary>Unit: GB that shares may add up to, once the device has told what it keeps for itself.</summary>
    /// <param name="totalMiB">Unit: MiB, NVML's total.</param>
    /// <param name="reservedMiB">Unit: MiB, NVML's reserved.</param>
    public static int UsableGB(int totalMiB, int reservedMiB) => Math.Max(0, (totalMiB - reservedMiB - OverheadMiB) / 1024);

    /// <summary>Unit: GB that shares may add up to where only the label <c>nvidia.com/gpu.memory</c> is known.</summary>
    /// <param name="labelMiB">Unit: MiB.</param>
    public static int UsableGBFromLabel(int labelMiB) => Math.Max(0, labelMiB / 1024 - 1);
}
