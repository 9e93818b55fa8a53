using Nos.Scheduling.Agent.Options;
using Nos.Scheduling.Agent.Reconciling;
using Nos.Scheduling.Agent.Reporting;
using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Cluster.Flags;
using Nos.Scheduling.Cluster.Observing;

namespace Nos.Scheduling.Agent.Simulation;

/// <summary>Plays the agents, the kubelets' device managers and the GPUs of every node with a label, in one process.</summary>
/// <remarks>Made for thousands of nodes: an idle one costs some memory and a Lease write an interval, no thread and no timer.</remarks>
internal sealed partial class SimulatedAgents : IAgents
{
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource ending = new();
    private readonly TaskCompletionSource synced = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SimulationContext context;
    private readonly NodeRoster roster;
    private readonly ILogger<SimulatedAgents> logger;
    private readonly Informer<NodeDocument> nodes;
    private readonly Informer<GpuNodeDocument> gpuNodes;
    private readonly Informer<PodDocument> pods;

    /// <summary>Composes the agents; nothing happens before <see cref="RunAsync"/>.</summary>
    /// <param name="client">The API server, real or in memory.</param>
    /// <param name="options">Of them count: the label of the nodes, which must be there, the namespace, the interval, and what concerns simulation.</param>
    /// <param name="time">The clock.</param>
    /// <param name="loggers">Where to log.</param>
    /// <param name="metrics">Where to count; <see langword="null"/>: nowhere.</param>
    /// <exception cref="ArgumentException">The options name no label.</exception>
    public SimulatedAgents(KubeClient client, AgentOptions options, TimeProvider time, ILoggerFactory loggers, MetricRegistry? metrics = null)
    {
        var label = options.SimulateNodes ?? throw new ArgumentException("No label says which nodes to play.", nameof(options));
        logger = loggers.CreateLogger<SimulatedAgents>();
        context = new SimulationContext(
            new QueuedWrites(client),
            options,
            new SimulatedFaults(options.SimulatedFaults, loggers.CreateLogger<SimulatedFaults>()),
            options.SimulatedState is { } folder ? new StateFiles(folder, loggers.CreateLogger<StateFiles>()) : null,
            new WakeUps(time),
            new Complaints(time),
            new AgentMetrics(metrics),
            time,
            loggers.CreateLogger<SimulatedNode>());
        roster = new NodeRoster(context, ending.Token);
        nodes = new Informer<NodeDocument>(client, KubeResources.Nodes, roster.Hear, logger, time, labelSelector: label.ToString());
        gpuNodes = new Informer<GpuNodeDocument>(client, KubeResources.GpuNodes, roster.Hear, logger, time);
        pods = new Informer<PodDocument>(client, KubeResources.Pods, roster.Hear, logger, time);
    }

    /// <inheritdoc/>
    public IReadOnlyList<GpuNodeDocument> GpuNodes => [.. roster.Nodes.Select(node => node.Look())];

    /// <inheritdoc/>
    public IReadOnlyList<(string Kind, long Restarts)> WatchRestarts =>
        [("GpuNode", gpuNodes.Restarts), ("Node", nodes.Restarts), ("Pod", pods.Restarts)];

    /// <inheritdoc/>
    public Task Synced => synced.Task;

    /// <inheritdoc/>
    public async Task<bool> RunAsync(CancellationToken cancellation)
    {
        var listening = Task.WhenAll(nodes.RunAsync(ending.Token), gpuNodes.RunAsync(ending.Token), pods.RunAsync(ending.Token));
        try
        {
            await Task.WhenAll(nodes.Synced, gpuNodes.Synced, pods.Synced).WaitAsync(cancellation);
            roster.Start();
            synced.TrySetResult();
            var (count, label) = (roster.Nodes.Count, context.Options.SimulateNodes);
            LogStarted(count, label);
            await Task.Delay(Timeout.InfiniteTimeSpan, context.Time, cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            await CloseAsync();
        }

        await ending.CancelAsync();
        await listening.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.WhenAll(roster.Nodes.Select(node => node.LeaveAsync()));
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        context.WakeUps.Dispose();
        foreach (var node in roster.Nodes)
        {
            node.Dispose();
        }

        context.Writes.Dispose();
        ending.Dispose();
    }

    private async Task CloseAsync()
    {
        using var limit = new CancellationTokenSource(LastWords, context.Time);
        try
        {
            await Task.WhenAll(roster.Nodes.Select(node => node.CloseAsync(limit.Token)));
        }
        catch (OperationCanceledException)
        {
            LogNotAllClosed(LastWords);
        }
    }

    [LoggerMessage(EventId = 461, Level = LogLevel.Information, Message = "Playing the agents of {Count} nodes with the label {Label}; more may come. Their GPUs are simulated")]
    private partial void LogStarted(int count, NodeLabel? label);

    [LoggerMessage(EventId = 462, Level = LogLevel.Warning, Message = "Not every node could be reported as stopping within {Limit}; the Leases of the others run out")]
    private partial void LogNotAllClosed(TimeSpan limit);
}
