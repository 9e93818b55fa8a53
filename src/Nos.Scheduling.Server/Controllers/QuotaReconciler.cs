using System.Text.Json.Nodes;
using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Cluster.Quotas;
using Nos.Scheduling.Cluster.State;
using Nos.Scheduling.Quotas;

namespace Nos.Scheduling.Server.Controllers;

/// <summary>Shows what quotas come to: in their statuses, on their pods and namespaces; and deletes what composites replace.</summary>
/// <param name="client">The leader's client.</param>
/// <param name="state">What is known of the cluster.</param>
/// <param name="heard">What is known of quotas, statuses included.</param>
/// <param name="time">The clock of conditions and events.</param>
/// <param name="logger">Told of replacements.</param>
internal sealed partial class QuotaReconciler(KubeClient client, ClusterState state, HeardQuotas heard, TimeProvider time, ILogger logger)
{
    /// <summary>Labels of one quota that are written at the same time.</summary>
    private const int AtOnce = 8;

    /// <summary>One quota: gather, decide, act. Safe to repeat at any time; what cannot be written stops nothing else.</summary>
    /// <exception cref="KubeApiException">The server refused some of it; to be tried again.</exception>
    internal async Task ReconcileAsync(QuotaKey key, CancellationToken cancellation)
    {
        if (heard.Find(key) is not { } quota)
        {
            // What it ruled is looked at namespace by namespace.
            return;
        }

        var ledger = state.Ledger;
        var covered = quota.Wanted.Namespaces.Select(ns => new CoveredNamespace(ns, state.FindNamespace(ns) is not null, ledger.RulerOf(ns)?.Key)).ToList();
        var ruled = covered.Where(ns => ns.Ruler == key).Select(ns => ns.Name).ToList();
        var pods = ruled.SelectMany(state.BoundIn).Select(Counted).ToList();

        var before = quota.Status?.Conditions ?? [];
        var ready = QuotaReadiness.Of(quota.Wanted, covered, before, time.GetUtcNow());
        var patch = QuotaStatusPatch.Between(quota.Status, QuotaStatuses.Of(quota.Quota, pods, ready, before));
        var labels = CapacityPlan.Of(quota.Quota, pods);
        var replaced = QuotaReplacement.Of(quota, ruled.SelectMany(heard.In));

        var refusals = new Refusals();
        await refusals.CollectAsync(labels, AtOnce, LabelAsync, cancellation);
        await refusals.CollectAsync(replaced, 1, (other, token) => ReplaceAsync(quota, other, token), cancellation);
        await refusals.CollectAsync<JsonObject>(patch is null ? [] : [patch], 1, (status, token) => ReportAsync(key, status, token), cancellation);
        refusals.ThrowFirst();
    }

    /// <summary>One namespace: its own label, and those of its pods where no quota rules it any more.</summary>
    /// <exception cref="KubeApiException">The server refused some of it; to be tried again.</exception>
    internal async Task ReconcileAsync(string ns, CancellationToken cancellation)
    {
        var isRuled = state.Ledger.RulerOf(ns) is not null;
        var document = state.FindNamespace(ns);

        var mark = document is null ? null : NamespaceMark.Patch(document, isRuled);
        var labels = isRuled ? [] : CapacityPlan.OutsideQuotas(state.BoundIn(ns).Where(pod => pod.Capacity is not null).Select(Counted));

        var refusals = new Refusals();
        await refusals.CollectAsync<JsonObject>(
            mark is null ? [] : [mark], 1, (patch, token) => client.PatchAsync(KubeResources.Namespaces, null, ns, patch, token), cancellation);
        await refusals.CollectAsync(labels, AtOnce, LabelAsync, cancellation);
        refusals.ThrowFirst();
    }

    private CountedPod Counted(PodRecord pod) => new(CountedPods.Of(state, pod), pod.Phase == "Running", pod.Capacity);

    private async Task LabelAsync(CapacityChange change, CancellationToken cancellation)
    {
        var pod = change.Pod;
        var patch = new JsonObject
        {
            ["metadata"] = new JsonObject { ["uid"] = pod.Uid, ["labels"] = new JsonObject { [NosKeys.Capacity] = change.Label } },
        };
        try
        {
            await client.PatchAsync(KubeResources.Pods, pod.Namespace, pod.Name, patch, cancellation);
        }
        catch (KubeApiException) when (state.FindPod(pod.Uid) is not { HasEnded: false })
        {
            // Refused because it is gone, and its name another's by now, as the informer has told meanwhile.
        }
    }

    private Task ReportAsync(QuotaKey key, JsonObject status, CancellationToken cancellation) => key.IsComposite
        ? ReportAsync(KubeResources.CompositeElasticQuotas, key, status, heard.Renew, cancellation)
        : ReportAsync(KubeResources.ElasticQuotas, key, status, heard.Renew, cancellation);

    private async Task ReportAsync<T>(KubeResource<T> resource, QuotaKey key, JsonObject status, Action<T> renew, CancellationToken cancellation)
        where T : class, IKubeDocument => renew(await client.PatchAsync(resource, key.Namespace, key.Name, status, cancellation, "status"));

    /// <summary>Both are told first: a quota that is gone without a word would be looked for.</summary>
    private async Task ReplaceAsync(HeardQuota composite, ElasticQuotaDocument replaced, CancellationToken cancellation)
    {
        foreach (var told in QuotaEvents.Of(composite, replaced, time.GetUtcNow()))
        {
            try
            {
                await client.CreateAsync(KubeResources.Events, told.Metadata.Namespace, told, cancellation);
            }
            catch (KubeApiException known) when (known.IsAlreadyExists)
            {
                // Told before, perhaps by another leader, who did not come to delete it.
            }
        }

        await client.DeleteAsync(KubeResources.ElasticQuotas, replaced.Metadata.Namespace, replaced.Metadata.Name, cancellation, replaced.Metadata.Uid);
        LogReplaced(composite.Key.Namespace, composite.Key.Name, replaced.Metadata.Namespace, replaced.Metadata.Name);
    }

    [LoggerMessage(EventId = 412, Level = LogLevel.Information, Message = "CompositeElasticQuota {CompositeNs}/{Composite} replaces ElasticQuota {Ns}/{Quota}, which is deleted")]
    private partial void LogReplaced(string compositeNs, string composite, string? ns, string quota);
}
