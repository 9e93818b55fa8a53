namespace Nos.Scheduling.Cluster.Api;

/// <summary>Every label, annotation and resource name of ours, and those of others that are read. The formats are told where they are read.</summary>
public static class NosKeys
{
    /// <summary>Group of the custom resources.</summary>
    public const string Group = "nos.nebuly.com";

    /// <summary>Node label (by the admin): <c>mig</c> or <c>mps</c>. Also a pod's or namespace's annotation that chooses the mode.</summary>
    public const string GpuPartitioning = "nos.nebuly.com/gpu-partitioning";

    /// <summary>Pod annotation: the slices the pod was promised, <c>main=0/1g.10gb@3</c>.</summary>
    public const string Slices = "nos.nebuly.com/slices";

    /// <summary>Pod annotation: JSON of a reclaim in progress.</summary>
    public const string Claim = "nos.nebuly.com/claim";

    /// <summary>Pod annotation: JSON of the original request per container.</summary>
    public const string Requested = "nos.nebuly.com/requested";

    /// <summary>Pod annotation: one sentence, what was chosen and why.</summary>
    public const string Chosen = "nos.nebuly.com/chosen";

    /// <summary>Pod label: <c>in-quota</c> or <c>over-quota</c>.</summary>
    public const string Capacity = "nos.nebuly.com/capacity";

    /// <summary>Node label: a counter whose change wakes the scheduling queue.</summary>
    public const string Freed = "nos.nebuly.com/freed";

    /// <summary>Prefix of node annotations (nos' names): how many slices, by GPU, shape and whether they are free or used.</summary>
    public const string StatusGpuPrefix = "nos.nebuly.com/status-gpu-";

    /// <summary>Node annotation (nos' name): the GpuNode's generation.</summary>
    public const string SpecPlan = "nos.nebuly.com/spec-partitioning-plan";

    /// <summary>Node annotation (nos' name): the generation that the agent has acted on.</summary>
    public const string StatusPlan = "nos.nebuly.com/status-partitioning-plan";

    /// <summary>Namespace label: <c>disabled</c> leaves its pods alone.</summary>
    public const string Admission = "nos.nebuly.com/admission";

    /// <summary>Namespace label: <see cref="UnderQuota"/> where a quota rules it. The same key as the resource <see cref="QuotaMarker"/>.</summary>
    public const string Quota = "nos.nebuly.com/quota";

    /// <summary>The value of <see cref="Quota"/>.</summary>
    public const string UnderQuota = "on";

    /// <summary>Namespace label: <c>true</c> excludes it.</summary>
    public const string System = "nos.nebuly.com/system";

    /// <summary>Server pod label: <c>leader</c> on the leader.</summary>
    public const string Role = "nos.nebuly.com/role";

    /// <summary>Annotation of a GpuNode: which leader wrote its spec last; of a leader's pod: its term. JSON, see <see cref="Leading.Signature"/>.</summary>
    public const string WrittenBy = "nos.nebuly.com/written-by";

    /// <summary>Resource: a slice of at least that many GB.</summary>
    public const string GpuMemory = "nos.nebuly.com/gpu-memory";

    /// <summary>Resource, with the former: at least that many percent of one GPU.</summary>
    public const string GpuCompute = "nos.nebuly.com/gpu-compute";

    /// <summary>Resource: the marker of shared mode.</summary>
    public const string QuotaMarker = "nos.nebuly.com/quota";

    /// <summary>Resource: whole GPUs.</summary>
    public const string WholeGpu = "nvidia.com/gpu";

    /// <summary>Node label of GPU Feature Discovery: the product.</summary>
    public const string GpuProduct = "nvidia.com/gpu.product";

    /// <summary>Node label of GPU Feature Discovery: how many GPUs.</summary>
    public const string GpuCount = "nvidia.com/gpu.count";

    /// <summary>Node label of GPU Feature Discovery: unit MiB.</summary>
    public const string GpuMemoryLabel = "nvidia.com/gpu.memory";

    /// <summary>Node label of GPU Feature Discovery: <c>none</c>, <c>time-slicing</c> or <c>mps</c>.</summary>
    public const string SharingStrategy = "nvidia.com/gpu.sharing-strategy";

    /// <summary>Node label of GPU Feature Discovery: how often each GPU is offered; above 1 it is shared.</summary>
    public const string GpuReplicas = "nvidia.com/gpu.replicas";

    /// <summary>Node label of the GPU Operator; <c>false</c> keeps NVIDIA's device plugin off the node.</summary>
    public const string DeployDevicePlugin = "nvidia.com/gpu.deploy.device-plugin";

    /// <summary>Value of <see cref="DeployDevicePlugin"/> while NVIDIA's mig-manager is at work: it puts the label back itself.</summary>
    public const string PausedForMigChange = "paused-for-mig-change";

    /// <summary>Node annotation (by the leader): what <see cref="DeployDevicePlugin"/> said before it was set to <c>false</c>; empty where it was not there.</summary>
    public const string DevicePluginBefore = "nos.nebuly.com/device-plugin-before";

    /// <summary>Pod annotation of kubelet's: the pod is a picture of a static one.</summary>
    public const string MirrorPod = "kubernetes.io/config.mirror";
}
