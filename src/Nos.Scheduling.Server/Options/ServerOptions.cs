using System.Net;
using Nos.Scheduling.Cluster.Flags;
using Nos.Scheduling.Cluster.State;
using Nos.Scheduling.Fitting;
using Nos.Scheduling.Gpus;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Server.Options;

/// <summary>Everything that the operator decides about the server; what is set here is what runs when nothing is given. One property a flag.</summary>
internal sealed record ServerOptions
{
    /// <summary>The kubeconfig that the flag names; <see langword="null"/>: look further, see <see cref="LaunchDecision"/>.</summary>
    public string? Kubeconfig { get; init; }

    /// <summary>Whether the embedded cluster was asked for. Whether it runs is told by <see cref="Launch.Embedded"/>.</summary>
    public bool Embedded { get; init; }

    /// <summary>The embedded cluster's nodes; never empty.</summary>
    public IReadOnlyList<EmbeddedNodes> EmbeddedNodes { get; init; } =
    [
        new(3, 8, GpuCatalog.Find("NVIDIA-A100-SXM4-80GB")!, PartitioningMode.Mig),
        new(2, 4, GpuCatalog.Find("NVIDIA-A10")!, PartitioningMode.Mps),
    ];

    /// <summary>The embedded cluster's pods.</summary>
    public EmbeddedPods EmbeddedPods { get; init; }

    /// <summary>The plain port: metrics, health, dashboard.</summary>
    public ListenAddress Listen { get; init; } = new(false, IPAddress.Loopback, 8080);

    /// <summary>Whether <see cref="Listen"/> was given.</summary>
    public bool ListenGiven { get; init; }

    /// <summary>The extender port.</summary>
    public ListenAddress ListenExtender { get; init; } = new(true, IPAddress.Any, 8444);

    /// <summary>Whether <see cref="ListenExtender"/> was given.</summary>
    public bool ListenExtenderGiven { get; init; }

    /// <summary>The admission port.</summary>
    public ListenAddress ListenAdmission { get; init; } = new(true, IPAddress.Any, 8443);

    /// <summary>Whether <see cref="ListenAdmission"/> was given.</summary>
    public bool ListenAdmissionGiven { get; init; }

    /// <summary>Whether the plain port serves the extender and admission paths too.</summary>
    public bool PlainHttp { get; init; }

    /// <summary>Directory of <c>tls.crt</c>, <c>tls.key</c> and <c>ca.crt</c>; <see langword="null"/>: certificates are kept in <see cref="CertSecret"/>.</summary>
    public string? CertDir { get; init; }

    /// <summary>The Secret that the server keeps its own certificates in.</summary>
    public string CertSecret { get; init; } = "nos-certificates";

    /// <summary>The ConfigMap that the extender's CA is published in.</summary>
    public string CertConfigMap { get; init; } = "nos-extender-ca";

    /// <summary>The name of the webhook configurations that get the CA.</summary>
    public string WebhookConfiguration { get; init; } = "nos";

    /// <summary>Auto: where the plain port is loopback only.</summary>
    public AutoSwitch Dashboard { get; init; }

    /// <summary>How callers of the extender port prove who they are.</summary>
    public ExtenderAuth ExtenderAuth { get; init; }

    /// <summary>What the webhook sets as <c>schedulerName</c>; empty: it leaves it alone.</summary>
    public string SchedulerName { get; init; } = string.Empty;

    /// <summary>Whether quota'd pods without slices are marked, so that a shared scheduler sends them here too.</summary>
    public bool QuotaMarker { get; init; }

    /// <summary>The schedulers whose pods are judged here: those given, else <see cref="SchedulerName"/> if set, else the default scheduler.</summary>
    public IReadOnlyList<string> GovernedSchedulers
    {
        get => field ?? [SchedulerName.Length > 0 ? SchedulerName : "default-scheduler"];
        init;
    }

    /// <summary>The server's user name at the API server; <see langword="null"/>: read from its certificate or token.</summary>
    public string? Identity { get; init; }

    /// <summary>How long a bind call waits for slices to be cut.</summary>
    public TimeSpan BindWait { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a reservation outlives the call that made it.</summary>
    public TimeSpan ReservationTtl { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>A batch of the reactive partitioner closes when no pod came for this long.</summary>
    public TimeSpan BatchIdle { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A batch of the reactive partitioner closes at this age, whatever comes.</summary>
    public TimeSpan BatchTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Auto: for pods that stay unschedulable for want of a slice resource.</summary>
    public AutoSwitch Reactive { get; init; }

    /// <summary>Unit: GB that one whole GPU counts in quotas of GPU memory.</summary>
    public long GpuMemoryPerGpu { get; init; } = 32;

    /// <summary>The mode for pods that name none; <see langword="null"/>: the webhook chooses pod by pod.</summary>
    public PartitioningMode? DefaultMode { get; init; }

    /// <summary>Which of the feasible places is best.</summary>
    public PlacementPolicy Policy { get; init; }

    /// <summary>The uid that MPS pods run as where they say none.</summary>
    public long MpsUid { get; init; } = 1000;

    /// <summary>Whether namespaces without quota count as a quota of nothing, so that guarantees hold against them.</summary>
    public bool ReclaimUnquoted { get; init; }

    /// <summary>How long a disruption budget can hold up a reclaim; zero: for ever.</summary>
    public TimeSpan ReclaimPdbGrace { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>The namespace that the server and the agents live in.</summary>
    public string Namespace { get; init; } = "nos-system";

    /// <summary>The Lease that the replicas elect their leader by.</summary>
    public string LeaseName { get; init; } = "nos-scheduling";

    /// <summary>After this long without renewal another replica takes the lead. Whole seconds: a Lease knows no others.</summary>
    public TimeSpan LeaseDuration { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Whether per-GPU metrics carry the <c>gpu</c> label.</summary>
    public MetricsDetail MetricsDetail { get; init; }

    /// <summary>The least level that is logged.</summary>
    public LogLevel LogLevel { get; init; } = LogLevel.Information;

    /// <summary>
    /// Whether the pod is one of those that are judged here: its scheduler is governed, and sends it. One that is ours alone sends all, a shared one those that
    /// ask for slices or carry the marker.
    /// </summary>
    internal bool Governs(PodRecord pod) =>
        GovernedSchedulers.Contains(pod.SchedulerName, StringComparer.Ordinal) && (SchedulerName.Length > 0 || pod.Demand.AsksForSlices || pod.IsMarked);

    /// <summary>Whether a cluster of that many nodes is told GPU by GPU in metrics.</summary>
    internal bool TellsPerGpu(int nodes)
    {
        const int mostInDetail = 1000;
        return MetricsDetail switch
        {
            MetricsDetail.Gpu => true,
            MetricsDetail.Node => false,
            _ => nodes <= mostInDetail,
        };
    }
}
