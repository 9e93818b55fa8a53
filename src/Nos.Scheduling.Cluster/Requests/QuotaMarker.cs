using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Cluster.Quotas;
using Nos.Scheduling.Cluster.State;
using Nos.Scheduling.Quotas;

namespace Nos.Scheduling.Cluster.Requests;

/// <summary>
/// Marks pods that a shared scheduler would not send to our extender, though a quota is to judge them: with <c>nos.nebuly.com/quota: 1</c>, which no node has
/// and which the scheduler therefore ignores. Section 5 of the behaviour has the conditions.
/// </summary>
internal static class QuotaMarker
{
    /// <summary>Marks the pod's first container where all of it holds: the scheduler is one of those, and the pod uses something that its quota names.</summary>
    /// <param name="pod">A pod that asks for no slice, for which nothing else brings it to us.</param>
    /// <param name="space">Its namespace.</param>
    /// <param name="schedulers">The schedulers whose pods are marked; none where marking is off.</param>
    /// <param name="quotas">The quotas.</param>
    /// <param name="patch">Where the mark is written.</param>
    internal static void Mark(PodDocument pod, string space, IReadOnlyList<string> schedulers, QuotaLedger quotas, PodPatch patch)
    {
        if (!schedulers.Contains(string.IsNullOrEmpty(pod.Spec.SchedulerName) ? "default-scheduler" : pod.Spec.SchedulerName, StringComparer.Ordinal)
            || pod.Spec.Containers.Length == 0 || IsMarked(pod) || quotas.RulerOf(space) is not { } quota || !IsCounted(pod, quota))
        {
            return;
        }

        const string path = "/spec/containers/0/resources";
        var resources = pod.Spec.Containers[0].Resources;
        patch.Ensure(path, resources is not null);
        patch.Set($"{path}/limits", resources?.Limits is not null, NosKeys.QuotaMarker, "1");
        patch.Set($"{path}/requests", resources?.Requests is not null, NosKeys.QuotaMarker, "1");
    }

    private static bool IsCounted(PodDocument pod, Quota quota) => quota.Named(QuotaRequests.Of(PodDemands.Of(pod), gpuMemoryPerGpu: 1)).All.Any(amount => amount.Amount > 0);

    private static bool IsMarked(PodDocument pod) => pod.Spec.Containers.Concat(pod.Spec.InitContainers ?? []).Any(container =>
        (container.Resources?.Limits?.ContainsKey(NosKeys.QuotaMarker) ?? false) || (container.Resources?.Requests?.ContainsKey(NosKeys.QuotaMarker) ?? false));
}
