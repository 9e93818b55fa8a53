using Nos.Scheduling.Agent.Allocating;
using Nos.Scheduling.Agent.Mps;
using Nos.Scheduling.Agent.Nvml;
using Nos.Scheduling.Agent.Options;
using Nos.Scheduling.Agent.Reconciling;
using Nos.Scheduling.Agent.Reporting;
using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Cluster.Observing;

namespace Nos.Scheduling.Agent.Serving;

/// <summary>The agent of the machine that it runs on: NVML below, the API server above, kubelet beside it; without kubelet slices count as advertised at once.</summary>
internal sealed partial class ServedNode : IAgents
{
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource ending = new();
    private readonly TaskCompletionSource synced = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly StartedSlices started;
    private readonly Dictionary<string, BoundPod> pods = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (string Key, bool HasEnded)> present = new(StringComparer.Ordinal);
    private readonly string name;
    private readonly TimeProvider time;
    private readonly ILogger<ServedNode> logger;
    private readonly QueuedWrites writes;
    private readonly WakeUps wakeUps;
    private readonly MigPermission permission;
    private readonly SharingDriver driver;
    private readonly ServedOrder order;
    private readonly ServedKubelet? kubelet;
    private readonly ISliceHolders holders;
    private readonly NodeReconciler reconciler;
    private readonly StatusReporter reporter;
    private readonly NodePump pump;
    private readonly DraWatch dra;
    private readonly Informer<NodeDocument> nodeInformer;
    private readonly Informer<GpuNodeDocument> gpuNodeInformer;
    private readonly Informer<PodDocument> podInformer;

    /// <summary>Composes the agent; nothing happens before <see cref="RunAsync"/>.</summary>
    /// <param name="client">The API server.</param>
    /// <param name="options">The operator's decisions; they name the node.</param>
    /// <param name="time">The clock.</param>
    /// <param name="loggers">Where to log.</param>
    /// <param name="metrics">Where to count; <see langword="null"/>: nowhere.</param>
    /// <exception cref="ArgumentException">The options name no node.</exception>
    public ServedNode(KubeClient client, AgentOptions options, TimeProvider time, ILoggerFactory loggers, MetricRegistry? metrics = null)
    {
        name = options.NodeName ?? throw new ArgumentException("No node is named.", nameof(options));
        this.time = time;
        logger = loggers.CreateLogger<ServedNode>();
        (writes, wakeUps, order) = (new QueuedWrites(client), new WakeUps(time), new ServedOrder(time, new NameWatch(() => kubelet?.Offered ?? new Dictionary<string, int>(), time)));
        permission = new MigPermission(options.EnableMig);
        driver = SharingDriver.Open(permission, options.MpsRoot, time, () => KickIf(isNews: true), loggers);
        kubelet = options.NoKubelet ? null : new ServedKubelet(driver, order, () => reconciler!.IsRestored, options, time, loggers);
        started = new StartedSlices(() => kubelet?.IsNamedByPlace ?? false);
        holders = kubelet?.Holders ?? new PromiseBook();

        var (complaints, counted) = (new Complaints(time), new AgentMetrics(metrics));
        reporter = new StatusReporter(writes, name, time, complaints, logger);
        reconciler = new NodeReconciler(name, kubelet?.Driver ?? (IGpuDriver)driver, () => order.Current, () => holders.Uses(driver.Last), time, counted, logger, started);
        var heartbeat = new Heartbeat(writes, options.Namespace, name, options.ReportInterval, time, complaints, logger);
        var agent = new NodeAgent(name, reconciler, reporter, heartbeat, () => order.Current, time, counted, logger);
        pump = new NodePump(
            cancelled =>
            {
                order.Look();
                return agent.RoundAsync(cancelled);
            },
            wakeUps,
            ending.Token);
        if (kubelet is not null)
        {
            kubelet.Changed += pump.Kick;
        }

        dra = new DraWatch(client, name, isOwned => KickIf(order.See(isOwned)), time, logger);
        nodeInformer = new Informer<NodeDocument>(client, KubeResources.Nodes, Hear, logger, time, fieldSelector: $"metadata.name={name}");
        gpuNodeInformer = new Informer<GpuNodeDocument>(client, KubeResources.GpuNodes, Hear, logger, time, fieldSelector: $"metadata.name={name}");
        podInformer = new Informer<PodDocument>(client, KubeResources.Pods, Hear, logger, time, fieldSelector: $"spec.nodeName={name}");
    }

    /// <inheritdoc/>
    public IReadOnlyList<GpuNodeDocument> GpuNodes =>
    [
        new GpuNodeDocument
        {
            Metadata = new ObjectMeta { Name = name },
            Spec = new GpuNodeSpec { Mode = order.Current.Mode?.ToString().ToUpperInvariant() },
            Status = StatusComposer.Compose(reconciler.Look(kubelet?.Driver.Last ?? driver.Last)),
        },
    ];

    /// <inheritdoc/>
    public IReadOnlyList<(string Kind, long Restarts)> WatchRestarts =>
        [("GpuNode", gpuNodeInformer.Restarts), ("Node", nodeInformer.Restarts), ("Pod", podInformer.Restarts)];

    /// <inheritdoc/>
    public Task Synced => synced.Task;

    /// <inheritdoc/>
    public async Task<bool> RunAsync(CancellationToken cancellation)
    {
        var listening = Task.WhenAll(nodeInformer.RunAsync(ending.Token), gpuNodeInformer.RunAsync(ending.Token), podInformer.RunAsync(ending.Token));
        var serving = Task.CompletedTask;
        var isBroken = false;
        try
        {
            // Before all pods are known none must lose what it has.
            await Task.WhenAll(nodeInformer.Synced, gpuNodeInformer.Synced, podInformer.Synced).WaitAsync(cancellation);
            await dra.LookAsync(cancellation);
            synced.TrySetResult();
            serving = kubelet?.RunAsync(ending.Token) ?? Task.Delay(Timeout.InfiniteTimeSpan, ending.Token);
            LogStarted(name, kubelet is null ? "without kubelet: slices count as advertised at once" : "with kubelet");
            pump.Kick();
            listening = Task.WhenAll(listening, dra.RunAsync(ending.Token));
            isBroken = true;
            if (await Task.WhenAny(driver.Outdated, serving).WaitAsync(cancellation) == driver.Outdated)
            {
                LogOutdated();
            }
            else
            {
                LogNotServing(serving.Exception);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            isBroken = false;
        }

        await CloseAsync();
        await ending.CancelAsync();
        await Task.WhenAll(listening, serving).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await pump.Idle;
        await driver.FinishAsync();
        return !isBroken;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        kubelet?.Dispose();
        wakeUps.Dispose();
        reporter.Dispose();
        driver.Dispose();
        writes.Dispose();
        ending.Dispose();
    }

    private void Hear(InformerEvent<NodeDocument> change)
    {
        if (change is { IsReplacement: false, Changed: [], Deleted: [] })
        {
            return;
        }

        var node = change.Changed.Count > 0 ? change.Changed[^1] : null;
        kubelet?.See(node?.Status.System);
        KickIf(order.See(node));
    }

    private void Hear(InformerEvent<GpuNodeDocument> change)
    {
        if (change.Changed.Count == 0)
        {
            if (change.IsReplacement || change.Deleted.Count > 0)
            {
                reporter.ObserveAbsence();
                KickIf(order.See((GpuNodeDocument?)null));
            }

            return;
        }

        var gpuNode = change.Changed[^1];
        var isForeign = reporter.Observe(gpuNode);
        if (gpuNode.Status is { } report)
        {
            permission.Remember(report);
        }

        holders.Restore(gpuNode.Status);
        started.Restore(gpuNode.Status);
        holders.Advertise(gpuNode.Spec);
        KickIf(order.See(gpuNode) || isForeign);
    }

    private void Hear(InformerEvent<PodDocument> change)
    {
        if (change.IsReplacement)
        {
            pods.Clear();
            present.Clear();
        }

        var hadAny = pods.Count > 0;
        foreach (var gone in change.Changed.Concat(change.Deleted))
        {
            pods.Remove(gone.Metadata.Uid ?? "");
            present.Remove(gone.Metadata.Uid ?? "");
        }

        foreach (var pod in change.Changed)
        {
            present[pod.Metadata.Uid ?? ""] = ($"{pod.Metadata.Namespace}/{pod.Metadata.Name}", pod.Status.Phase is "Succeeded" or "Failed");
        }

        foreach (var pod in change.Changed.Select(BoundPod.Of).OfType<BoundPod>())
        {
            pods[pod.Uid] = pod;
        }

        holders.Admit([.. pods.Values]);
        var ended = present.Values.ToLookup(pod => pod.HasEnded, pod => pod.Key);
        kubelet?.HearOfPods(ended[false].ToHashSet(StringComparer.Ordinal), ended[true].ToHashSet(StringComparer.Ordinal));
        started.Admit(pods.Keys);
        KickIf(change.IsReplacement || hadAny || pods.Count > 0);
    }

    private void KickIf(bool isNews)
    {
        if (isNews && synced.Task.IsCompleted)
        {
            pump.Kick();
        }
    }

    private async Task CloseAsync()
    {
        using var limit = new CancellationTokenSource(LastWords, time);
        try
        {
            await reporter.CloseAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            LogNotClosed(LastWords);
        }
    }

    [LoggerMessage(EventId = 472, Level = LogLevel.Information, Message = "Serving the GPUs of {Node}, {Manner}")]
    private partial void LogStarted(string node, string manner);

    [LoggerMessage(EventId = 473, Level = LogLevel.Warning, Message = "The agent could not be reported as stopping within {Limit}; its Lease runs out")]
    private partial void LogNotClosed(TimeSpan limit);

    [LoggerMessage(EventId = 474, Level = LogLevel.Warning, Message = "NVIDIA's driver was upgraded under this process; it ends, to be started anew with the new library")]
    private partial void LogOutdated();

    [LoggerMessage(EventId = 482, Level = LogLevel.Error, Message = "Slices can be offered to kubelet no more; the process ends, to be started anew")]
    private partial void LogNotServing(Exception? exception);
}
