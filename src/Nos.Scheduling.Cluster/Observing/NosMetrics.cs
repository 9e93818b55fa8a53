namespace Nos.Scheduling.Cluster.Observing;

/// <summary>Every metric of ours. Label values that an API object also has are written as there: mode <c>MIG</c>, state <c>Used</c>.</summary>
public static class NosMetrics
{
    private static readonly double[] CallBuckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
    private static readonly double[] CutBuckets = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
    private static readonly double[] WaitBuckets = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300];

    /// <summary>Labels: the extender's verb; how the call ended.</summary>
    public static MetricDefinition ExtenderRequestDuration { get; } = MetricDefinition.Histogram(
        "nos_extender_request_duration_seconds", "How long extender calls took", CallBuckets, "verb", "result");

    /// <summary>Labels: the webhook; how the call ended.</summary>
    public static MetricDefinition AdmissionRequestDuration { get; } = MetricDefinition.Histogram(
        "nos_admission_request_duration_seconds", "How long admission calls took", CallBuckets, "webhook", "result");

    /// <summary>Labels: the GPU is left out where series are kept per node; the profile of an MPS share is its size, <c>10gb</c>.</summary>
    public static MetricDefinition Slices { get; } = MetricDefinition.Gauge(
        "nos_slices", "Slices that the agents report", "node", "gpu", "mode", "profile", "state");

    /// <summary>Labels: the GPU is left out where series are kept per node; <c>Uncut</c> is the state of memory in no slice.</summary>
    public static MetricDefinition GpuMemory { get; } = MetricDefinition.Gauge(
        "nos_gpu_memory_bytes", "GPU memory by the state of the slice that it is in; Uncut is in none", "node", "gpu", "state");

    /// <summary>Label: the node.</summary>
    public static MetricDefinition FragmentationRatio { get; } = MetricDefinition.Gauge(
        "nos_fragmentation_ratio", "Share of a node's unheld MIG memory slices that the largest slice still possible on each GPU cannot use", "node");

    /// <summary>Value 1; labels: who has what.</summary>
    public static MetricDefinition SliceInfo { get; } = MetricDefinition.Gauge(
        "nos_slice_info", "One series a slice, always 1: its identity and the container that uses it",
        "node", "gpu", "slice", "profile", "uuid", "namespace", "pod", "container");

    /// <summary>Labels: the mode; how the change ended.</summary>
    public static MetricDefinition PartitionDuration { get; } = MetricDefinition.Histogram(
        "nos_partition_duration_seconds", "How long the creation or destruction of slices took on a node", CutBuckets, "mode", "result");

    /// <summary>No labels.</summary>
    public static MetricDefinition BindWait { get; } = MetricDefinition.Histogram(
        "nos_bind_wait_seconds", "How long binds waited for slices to be cut and advertised", WaitBuckets);

    /// <summary>Labels of all metrics of quotas: the namespace and name of the quota, a composite's where an ElasticQuota is called the same; the resource.</summary>
    public static MetricDefinition QuotaMin { get; } = Quota("nos_quota_min", "Guaranteed by the quota");

    /// <summary>Labels: as those of <see cref="QuotaMin"/>.</summary>
    public static MetricDefinition QuotaMax { get; } = Quota("nos_quota_max", "Allowed at most by the quota");

    /// <summary>Labels: as those of <see cref="QuotaMin"/>.</summary>
    public static MetricDefinition QuotaUsed { get; } = Quota("nos_quota_used", "Used by running pods of the quota");

    /// <summary>Labels: as those of <see cref="QuotaMin"/>.</summary>
    public static MetricDefinition QuotaAssigned { get; } = Quota("nos_quota_assigned", "Requested by bound pods of the quota");

    /// <summary>Labels: as those of <see cref="QuotaMin"/>.</summary>
    public static MetricDefinition QuotaBorrowed { get; } = Quota("nos_quota_borrowed", "Assigned to the quota above what it guarantees");

    /// <summary>Label: the rule's id, <c>R1</c> to <c>R4</c>.</summary>
    public static MetricDefinition ReclaimVictims { get; } = MetricDefinition.Counter(
        "nos_reclaim_victims_total", "Pods evicted to make room, by rule", "rule");

    /// <summary>Label: one of the constant reasons.</summary>
    public static MetricDefinition PendingPods { get; } = MetricDefinition.Gauge(
        "nos_pending_pods", "Pods that wait for slices or quota, by reason", "reason");

    /// <summary>No labels.</summary>
    public static MetricDefinition Leader { get; } = MetricDefinition.Gauge("nos_leader", "1 on the replica that leads, 0 on the others");

    /// <summary>Label: the kind that is watched.</summary>
    public static MetricDefinition WatchRestarts { get; } = MetricDefinition.Counter(
        "nos_watch_restarts_total", "How often a watch had to start anew, by kind", "kind");

    /// <summary>Label: the loop.</summary>
    public static MetricDefinition ReconcileErrors { get; } = MetricDefinition.Counter("nos_reconcile_errors_total", "Failed rounds, by loop", "loop");

    /// <summary>Unit: seconds since 1970.</summary>
    public static MetricDefinition CertificateExpiry { get; } = MetricDefinition.Gauge(
        "nos_certificate_expiry_timestamp_seconds", "When the serving certificate runs out, in seconds since 1970");

    /// <summary>All of them, in ordinal order of names.</summary>
    public static IReadOnlyList<MetricDefinition> All { get; } =
    [
        AdmissionRequestDuration, BindWait, CertificateExpiry, ExtenderRequestDuration, FragmentationRatio, GpuMemory, Leader, PartitionDuration, PendingPods,
        QuotaAssigned, QuotaBorrowed, QuotaMax, QuotaMin, QuotaUsed, ReclaimVictims, ReconcileErrors, SliceInfo, Slices, WatchRestarts,
    ];

    private static MetricDefinition Quota(string name, string help) => MetricDefinition.Gauge(
        name, $"{help}; cpu in cores, memory in bytes, nos.nebuly.com/gpu-memory in GB, all else in pieces", "quota_namespace", "quota", "resource");
}
