namespace Nos.Scheduling.Cluster.Api;

/// <summary>Environment variables by which containers know their part of a GPU.</summary>
public static class ContainerVariables
{
    /// <summary>The UUIDs of what NVIDIA's runtime shows to the container, comma-separated.</summary>
    public const string VisibleDevices = "NVIDIA_VISIBLE_DEVICES";

    /// <summary>Where MPS clients find their daemon.</summary>
    public const string MpsPipes = "CUDA_MPS_PIPE_DIRECTORY";

    /// <summary>How much memory each MPS client may take, <c>0=10G</c>.</summary>
    public const string MpsMemoryLimit = "CUDA_MPS_PINNED_DEVICE_MEM_LIMIT";

    /// <summary>Of MPS clients: unit percent.</summary>
    public const string MpsThreadPercentage = "CUDA_MPS_ACTIVE_THREAD_PERCENTAGE";

    /// <summary>The ids of the container's MPS shares, comma-separated: its processes are told apart by it.</summary>
    public const string MpsShares = "NOS_MPS_SHARES";
}
