using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Cluster.Requests;
using Nos.Scheduling.Nodes;
using Nos.Scheduling.Quotas;

namespace Nos.Scheduling.Server.Admission;

/// <summary>The webhook for pods.</summary>
/// <param name="cluster">The newest that is known of the nodes.</param>
/// <param name="namespaces">Looks a namespace up; <see langword="null"/> from it where it is unknown.</param>
/// <param name="quotas">The newest that is known of the quotas.</param>
/// <param name="settings">What the operator decided.</param>
internal sealed class AdmissionEndpoints(
    Func<ClusterSnapshot> cluster, Func<string, NamespaceDocument?> namespaces, Func<QuotaLedger> quotas, AdmissionSettings settings)
{
    /// <summary>Mutates pods.</summary>
    /// <returns>How it went, for metrics: <c>unchanged</c>, <c>rewritten</c>, <c>denied</c>, or <c>refused</c> where the body could not be read.</returns>
    internal async Task<string> MutatePodsAsync(HttpContext http)
    {
        if (await AdmissionExchange.ReadAsync(http) is not var (review, request))
        {
            return "refused";
        }

        var response = PodReview.Answer(request, namespaces, cluster(), settings, quotas());

        await AdmissionExchange.AnswerAsync(http, review, response);
        return !response.Allowed ? "denied" : response.Patch is null ? "unchanged" : "rewritten";
    }
}
