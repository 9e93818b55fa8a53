using Nos.Scheduling.Cluster.Api;

namespace Nos.Scheduling.Cluster.Requests;

/// <summary>How users of other GPU sharing systems ask for a part of a GPU.</summary>
public static class PeerKeys
{
    /// <summary>HAMi resource: unit MiB.</summary>
    public const string HamiMemory = "nvidia.com/gpumem";

    /// <summary>HAMi resource: unit percent of a GPU's memory.</summary>
    public const string HamiMemoryPercentage = "nvidia.com/gpumem-percentage";

    /// <summary>HAMi resource: unit percent of a GPU's compute.</summary>
    public const string HamiCores = "nvidia.com/gpucores";

    /// <summary>gpushare resource: unit GiB.</summary>
    public const string GpushareMemory = "aliyun.com/gpu-mem";

    /// <summary>KAI-Scheduler pod annotation: a part of a GPU, such as <c>0.5</c>.</summary>
    public const string KaiFraction = "gpu-fraction";

    /// <summary>KAI-Scheduler pod annotation: unit MiB.</summary>
    public const string KaiMemory = "gpu-memory";

    /// <summary>Whether <paramref name="resource"/> is HAMi's alone; it also uses <see cref="NosKeys.WholeGpu"/>.</summary>
    public static bool IsHami(string resource) => resource is HamiMemory or HamiMemoryPercentage or HamiCores;
}
