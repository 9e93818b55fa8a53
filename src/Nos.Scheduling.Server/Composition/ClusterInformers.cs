using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Cluster.State;

namespace Nos.Scheduling.Server.Composition;

/// <summary>Everything that is watched, feeding the one state.</summary>
internal sealed class ClusterInformers
{
    private readonly Informer<NamespaceDocument> namespaces;
    private readonly Informer<NodeDocument> nodes;
    private readonly Informer<GpuNodeDocument> gpuNodes;
    private readonly Informer<LeaseDocument> leases;
    private readonly Informer<PodDocument> pods;

    /// <param name="client">The API server.</param>
    /// <param name="state">What they feed.</param>
    /// <param name="leaseNamespace">Where the agents' leases are.</param>
    /// <param name="logger">Told of failures.</param>
    /// <param name="time">The clock of back-offs.</param>
    internal ClusterInformers(KubeClient client, ClusterState state, string leaseNamespace, ILogger<ClusterInformers> logger, TimeProvider time)
    {
        namespaces = new Informer<NamespaceDocument>(client, KubeResources.Namespaces, state.Apply, logger, time);
        nodes = new Informer<NodeDocument>(client, KubeResources.Nodes, state.Apply, logger, time);
        gpuNodes = new Informer<GpuNodeDocument>(client, KubeResources.GpuNodes, state.Apply, logger, time);
        leases = new Informer<LeaseDocument>(client, KubeResources.Leases, state.Apply, logger, time, ns: leaseNamespace);
        pods = new Informer<PodDocument>(client, KubeResources.Pods, state.Apply, logger, time);
    }

    /// <summary>Whether each has heard its first list.</summary>
    internal bool AreSynced => Synced.IsCompletedSuccessfully;

    /// <summary>Completes when each has heard its first list.</summary>
    internal Task Synced => Task.WhenAll(namespaces.Synced, nodes.Synced, gpuNodes.Synced, leases.Synced, pods.Synced);

    /// <summary>How often each watch had to start anew, by kind.</summary>
    internal IEnumerable<(string Kind, long Restarts)> Restarts =>
    [
        ("GpuNode", gpuNodes.Restarts), ("Lease", leases.Restarts), ("Namespace", namespaces.Restarts), ("Node", nodes.Restarts), ("Pod", pods.Restarts),
    ];

    /// <summary>Runs until cancelled.</summary>
    internal Task RunAsync(CancellationToken cancellation) => Task.WhenAll(
        namespaces.RunAsync(cancellation), nodes.RunAsync(cancellation), gpuNodes.RunAsync(cancellation), leases.RunAsync(cancellation), pods.RunAsync(cancellation));
}
