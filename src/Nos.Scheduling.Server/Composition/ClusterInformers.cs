using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Cluster.Quotas;
using Nos.Scheduling.Cluster.State;

namespace Nos.Scheduling.Server.Composition;

/// <summary>Everything that is watched, feeding the one state.</summary>
internal sealed class ClusterInformers
{
    private readonly Informer<NamespaceDocument> namespaces;
    private readonly Informer<NodeDocument> nodes;
    private readonly Informer<LeaseDocument> leases;
    private readonly Informer<ElasticQuotaDocument> quotas;
    private readonly Informer<CompositeElasticQuotaDocument> composites;

    /// <param name="client">The API server.</param>
    /// <param name="state">What they feed.</param>
    /// <param name="heard">What those of quotas feed.</param>
    /// <param name="leaseNamespace">Where the leases are: the agents', and the one of the election.</param>
    /// <param name="released">Called when a lease has no holder or is gone: somebody may want to take it.</param>
    /// <param name="logger">Told of failures.</param>
    /// <param name="time">The clock of back-offs.</param>
    internal ClusterInformers(
        KubeClient client, ClusterState state, HeardQuotas heard, string leaseNamespace, Action<string> released, ILogger<ClusterInformers> logger, TimeProvider time)
    {
        namespaces = new Informer<NamespaceDocument>(client, KubeResources.Namespaces, state.Apply, logger, time);
        nodes = new Informer<NodeDocument>(client, KubeResources.Nodes, state.Apply, logger, time);
        GpuNodes = new Informer<GpuNodeDocument>(client, KubeResources.GpuNodes, state.Apply, logger, time);
        leases = new Informer<LeaseDocument>(client, KubeResources.Leases, Hear, logger, time, ns: leaseNamespace);

        // The ledger first: whoever is told of a quota finds it there.
        quotas = new Informer<ElasticQuotaDocument>(client, KubeResources.ElasticQuotas, change => { state.Apply(change); heard.Apply(change); }, logger, time);
        composites = new Informer<CompositeElasticQuotaDocument>(client, KubeResources.CompositeElasticQuotas, change => { state.Apply(change); heard.Apply(change); }, logger, time);
        Pods = new Informer<PodDocument>(client, KubeResources.Pods, state.Apply, logger, time);

        void Hear(InformerEvent<LeaseDocument> change)
        {
            state.Apply(change);
            foreach (var lease in change.Changed.Where(lease => string.IsNullOrEmpty(lease.Spec.HolderIdentity)).Concat(change.Deleted))
            {
                released(lease.Metadata.Name);
            }
        }
    }

    /// <summary>The GpuNodes.</summary>
    internal Informer<GpuNodeDocument> GpuNodes { get; }

    /// <summary>The Pods.</summary>
    internal Informer<PodDocument> Pods { get; }

    /// <summary>Whether each has heard its first list.</summary>
    internal bool AreSynced => Synced.IsCompletedSuccessfully;

    /// <summary>Completes when each has heard its first list.</summary>
    internal Task Synced => Task.WhenAll(namespaces.Synced, nodes.Synced, GpuNodes.Synced, leases.Synced, quotas.Synced, composites.Synced, Pods.Synced);

    /// <summary>How often each watch had to start anew, by kind.</summary>
    internal IEnumerable<(string Kind, long Restarts)> Restarts =>
    [
        ("CompositeElasticQuota", composites.Restarts), ("ElasticQuota", quotas.Restarts), ("GpuNode", GpuNodes.Restarts), ("Lease", leases.Restarts), ("Namespace", namespaces.Restarts), ("Node", nodes.Restarts), ("Pod", Pods.Restarts),
    ];

    /// <summary>Runs until cancelled.</summary>
    internal Task RunAsync(CancellationToken cancellation) => Task.WhenAll(
        namespaces.RunAsync(cancellation),
        nodes.RunAsync(cancellation),
        GpuNodes.RunAsync(cancellation),
        leases.RunAsync(cancellation),
        quotas.RunAsync(cancellation),
        composites.RunAsync(cancellation),
        Pods.RunAsync(cancellation));
}
