using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Quotas;
using Nos.Scheduling.Cluster.State;
using Nos.Scheduling.Quotas;

namespace Nos.Scheduling.Server.Controllers;

/// <summary>Keeps statuses of quotas and the labels of their pods and namespaces as they should be: each quota by itself, whenever something of its own changes.</summary>
internal sealed class QuotaLoop
{
    private readonly ClusterState state;
    private readonly HeardQuotas heard;
    /// <summary>A quota is written twice a second at most, and what a change comes to within a second all the same.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(500);

    private readonly KeyedLoop<QuotaKey> quotas;
    private readonly KeyedLoop<string> namespaces;

    /// <param name="client">The leader's client.</param>
    /// <param name="state">What is known of the cluster.</param>
    /// <param name="heard">What is known of quotas.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Told of failures and replacements.</param>
    internal QuotaLoop(KubeClient client, ClusterState state, HeardQuotas heard, TimeProvider time, ILogger<QuotaLoop> logger)
    {
        (this.state, this.heard) = (state, heard);
        var reconciler = new QuotaReconciler(client, state, heard, time, logger);
        quotas = new KeyedLoop<QuotaKey>("quota", reconciler.ReconcileAsync, Rest, time, logger);
        namespaces = new KeyedLoop<string>("quota", reconciler.ReconcileAsync, Rest, time, logger);
    }

    /// <summary>The loop's name, and how often it failed since the beginning.</summary>
    internal (string Name, long Failures) Errors => ("quota", quotas.Errors.Failures + namespaces.Errors.Failures);

    /// <summary>Quotas came, changed or went. Quick.</summary>
    internal void Look(IReadOnlyList<QuotaNews> news)
    {
        foreach (var quota in news)
        {
            quotas.Enqueue(quota.Key);
            Look(quota.Touched);
        }
    }

    /// <summary>Namespaces or bound pods in them came, changed or went. Quick, and safe to call under the state's lock.</summary>
    internal void Look(IEnumerable<string> spaces)
    {
        foreach (var ns in spaces)
        {
            namespaces.Enqueue(ns);

            // Also those that do not rule it: they say why.
            foreach (var key in heard.Naming(ns))
            {
                quotas.Enqueue(key);
            }
        }
    }

    /// <summary>What happened before was nobody's to act on. Quick.</summary>
    internal void LookAtAll()
    {
        foreach (var key in heard.Keys)
        {
            quotas.Enqueue(key);
        }

        foreach (var ns in state.Namespaces())
        {
            namespaces.Enqueue(ns);
        }
    }

    internal Task RunAsync(CancellationToken cancellation) => Task.WhenAll(quotas.RunAsync(cancellation), namespaces.RunAsync(cancellation));
}
