using Nos.Scheduling.Fitting;
using Nos.Scheduling.Cluster.Flags;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Server.Options;

/// <summary>The server's flags, one declaration each.</summary>
internal static class ServerFlags
{
    private static readonly FlagKind<AutoSwitch> AutoOnOff = FlagKinds.OneOf(("auto", AutoSwitch.Auto), ("on", AutoSwitch.On), ("off", AutoSwitch.Off));

    /// <summary>All flags, in the order of help.</summary>
    internal static FlagSet<ServerOptions> Set { get; } = new(
        "nos-scheduling-server",
        ProgramVersion.Of(typeof(ServerFlags).Assembly),
        "Gives pods slices of GPUs: kube-scheduler extender, admission webhook and the loops behind them.",
        new ServerOptions(),
        [
            Flag("kubeconfig", "how to reach the cluster", FlagKinds.File, o => o.Kubeconfig, (o, v) => o with { Kubeconfig = v },
                "$KUBECONFIG, else the pod's service account, else the embedded cluster unless a --listen… reaches beyond loopback"),
            Flag("embedded", "run on a simulated cluster in this process; implies --plain-http", FlagKinds.Switch,
                o => o.Embedded, (o, v) => o with { Embedded = v }),
            Flag("embedded-nodes", "its nodes, COUNTxGPUSxPRODUCT:mig|mps joined by commas", EmbeddedFlags.Nodes,
                o => o.EmbeddedNodes, (o, v) => o with { EmbeddedNodes = v }),
            Flag("embedded-pods", "its pods: a small stream, or that many at once", EmbeddedFlags.Pods,
                o => o.EmbeddedPods, (o, v) => o with { EmbeddedPods = v }),
            Flag("listen", "plain port: metrics, health, dashboard", FlagKinds.Address(https: false),
                o => o.Listen, (o, v) => o with { Listen = v, ListenGiven = true }),
            Flag("listen-extender", "extender port, for kube-scheduler", FlagKinds.Address(https: true),
                o => o.ListenExtender, (o, v) => o with { ListenExtender = v, ListenExtenderGiven = true }),
            Flag("listen-admission", "admission port, for the API server", FlagKinds.Address(https: true),
                o => o.ListenAdmission, (o, v) => o with { ListenAdmission = v, ListenAdmissionGiven = true }),
            Flag("plain-http", "serve extender and admission on the plain port too; loopback only", FlagKinds.Switch,
                o => o.PlainHttp, (o, v) => o with { PlainHttp = v }),
            Flag("cert-dir", "tls.crt, tls.key and ca.crt (the clients' CA), re-read when changed", FlagKinds.Directory,
                o => o.CertDir, (o, v) => o with { CertDir = v }, "none: certificates of our own, kept in --cert-secret"),
            Flag("cert-secret", "Secret that keeps our own certificates", FlagKinds.Name, o => o.CertSecret, (o, v) => o with { CertSecret = v }),
            Flag("cert-configmap", "ConfigMap that publishes the extender's CA", FlagKinds.Name,
                o => o.CertConfigMap, (o, v) => o with { CertConfigMap = v }),
            Flag("webhook-configuration", "webhook configurations that get our CA", FlagKinds.Name,
                o => o.WebhookConfiguration, (o, v) => o with { WebhookConfiguration = v }),
            Flag("dashboard", "serve / and /api/*; auto: on loopback only", AutoOnOff, o => o.Dashboard, (o, v) => o with { Dashboard = v }),
            Flag("extender-auth", "how callers of the extender port prove who they are",
                FlagKinds.OneOf(("mtls", ExtenderAuth.Mtls), ("none", ExtenderAuth.None)),
                o => o.ExtenderAuth, (o, v) => o with { ExtenderAuth = v }),
            Flag("scheduler-name", "schedulerName that the webhook gives to slice pods", FlagKinds.NameOrEmpty,
                o => o.SchedulerName, (o, v) => o with { SchedulerName = v }, "none: leave pods alone"),
            Flag("quota-marker", "mark quota'd pods without slices, so that a shared scheduler sends them here",
                FlagKinds.OneOf(("off", false), ("on", true)),
                o => o.QuotaMarker, (o, v) => o with { QuotaMarker = v }),
            Flag("governed-schedulers", "schedulers whose pods are judged here", FlagKinds.Names,
                o => o.GovernedSchedulers, (o, v) => o with { GovernedSchedulers = v }, "--scheduler-name if set, else default-scheduler"),
            Flag("identity", "our own user name at the API server", FlagKinds.Text("USER", "a user name"),
                o => o.Identity, (o, v) => o with { Identity = v }, "CN of the client certificate or sub of the token"),
            Flag("bind-wait", "how long a bind waits for slices to be cut",
                FlagKinds.Duration(TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(5)),
                o => o.BindWait, (o, v) => o with { BindWait = v }),
            Flag("reservation-ttl", "how long a reservation outlives the call that made it",
                FlagKinds.Duration(TimeSpan.FromSeconds(1), TimeSpan.FromHours(24)),
                o => o.ReservationTtl, (o, v) => o with { ReservationTtl = v }),
            Flag("batch-idle", "a reactive batch closes when no pod came for this long", FlagKinds.Duration(TimeSpan.Zero, TimeSpan.FromHours(1)),
                o => o.BatchIdle, (o, v) => o with { BatchIdle = v }),
            Flag("batch-timeout", "a reactive batch closes at this age", FlagKinds.Duration(TimeSpan.Zero, TimeSpan.FromHours(1)),
                o => o.BatchTimeout, (o, v) => o with { BatchTimeout = v }),
            Flag("reactive", "partition without an extender; auto: for pods that stay unschedulable for want of a slice", AutoOnOff,
                o => o.Reactive, (o, v) => o with { Reactive = v }),
            Flag("gpu-memory-per-gpu", "GB that one nvidia.com/gpu counts in quotas", FlagKinds.Whole(1, 1024),
                o => o.GpuMemoryPerGpu, (o, v) => o with { GpuMemoryPerGpu = v }),
            Flag("default-mode", "mode for pods that name none", FlagKinds.OneOf<PartitioningMode?>(
                ("auto", null), ("mig", PartitioningMode.Mig), ("mps", PartitioningMode.Mps)), o => o.DefaultMode, (o, v) => o with { DefaultMode = v }, "auto"),
            Flag("policy", "which of the feasible places is best", FlagKinds.OneOf(
                ("fragmentation", PlacementPolicy.Fragmentation), ("best-fit", PlacementPolicy.BestFit), ("first-fit", PlacementPolicy.FirstFit)),
                o => o.Policy, (o, v) => o with { Policy = v }),
            Flag("mps-uid", "uid that MPS pods run as where they say none", FlagKinds.Whole(0, int.MaxValue),
                o => o.MpsUid, (o, v) => o with { MpsUid = v }),
            Flag("reclaim-unquoted", "guarantees hold against namespaces without quota too", FlagKinds.Switch,
                o => o.ReclaimUnquoted, (o, v) => o with { ReclaimUnquoted = v }),
            Flag("reclaim-pdb-grace", "how long a disruption budget can hold up a reclaim",
                FlagKinds.Duration(TimeSpan.FromSeconds(1), TimeSpan.FromHours(24), "no limit"),
                o => o.ReclaimPdbGrace, (o, v) => o with { ReclaimPdbGrace = v }),
            Flag("namespace", "where server and agents live", FlagKinds.Namespace, o => o.Namespace, (o, v) => o with { Namespace = v }),
            Flag("lease-name", "Lease that the replicas elect their leader by", FlagKinds.Name, o => o.LeaseName, (o, v) => o with { LeaseName = v }),
            Flag("lease-duration", "after this long without renewal another replica leads; renewed every fifth of it, given up after seven tenths",
                FlagKinds.Duration(TimeSpan.FromSeconds(8), TimeSpan.FromMinutes(10)),
                o => o.LeaseDuration, (o, v) => o with { LeaseDuration = v }),
            Flag("metrics-detail", "series per GPU or per node; auto: per GPU up to 1,000 nodes", FlagKinds.OneOf(
                ("auto", MetricsDetail.Auto), ("gpu", MetricsDetail.Gpu), ("node", MetricsDetail.Node)), o => o.MetricsDetail, (o, v) => o with { MetricsDetail = v }),
            Flag("log-level", "least level that is logged", FlagKinds.LogLevel, o => o.LogLevel, (o, v) => o with { LogLevel = v }),
        ]);

    private static TypedFlag<ServerOptions, T> Flag<T>(
        string name,
        string description,
        FlagKind<T> kind,
        Func<ServerOptions, T?> get,
        Func<ServerOptions, T, ServerOptions> set,
        string? defaultText = null) => new(name, description, kind, get, set) { DefaultText = defaultText };
}
