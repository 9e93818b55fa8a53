using System.Text.Json;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Cluster.Requests;
using Nos.Scheduling.Nodes;
using Nos.Scheduling.Server.Http;

namespace Nos.Scheduling.Server.Admission;

/// <summary>The webhooks that the API server calls.</summary>
/// <param name="cluster">The newest that is known of the nodes.</param>
/// <param name="namespaces">Looks a namespace up; <see langword="null"/> from it where it is unknown.</param>
/// <param name="settings">What the operator decided.</param>
internal sealed class AdmissionEndpoints(Func<ClusterSnapshot> cluster, Func<string, NamespaceDocument?> namespaces, AdmissionSettings settings)
{
    /// <summary>Mutates pods.</summary>
    /// <returns>How it went, for metrics: <c>unchanged</c>, <c>rewritten</c>, <c>denied</c>, or <c>refused</c> where the body could not be read.</returns>
    internal async Task<string> MutatePodsAsync(HttpContext http)
    {
        if (await JsonBodies.ReadAsync(http, AdmissionJson.Default.AdmissionReview, Complaint) is not { Request: { } request } review)
        {
            return "refused";
        }

        var response = PodReview.Answer(request, namespaces, cluster(), settings);

        await AnswerAsync(http, review, response);
        return !response.Allowed ? "denied" : response.Patch is null ? "unchanged" : "rewritten";
    }

    /// <summary>The API server takes only an answer with the question's uid, so a review without one cannot be answered in kind.</summary>
    private static string? Complaint(AdmissionReview review) =>
        review.ApiVersion is not (null or "admission.k8s.io/v1" or "admission.k8s.io/v1beta1")
            ? $"apiVersion is {review.ApiVersion}; AdmissionReviews of admission.k8s.io/v1 and v1beta1 are understood."
        : review.Kind is not (null or "AdmissionReview") ? $"kind is {review.Kind}; send an AdmissionReview."
        : review.Request is not { Uid.Length: > 0 } ? "request.uid is missing; send an AdmissionReview with a request."
        : null;

    private static async Task AnswerAsync(HttpContext http, AdmissionReview question, AdmissionResponse response)
    {
        var answer = new AdmissionReview { ApiVersion = question.ApiVersion ?? "admission.k8s.io/v1", Kind = "AdmissionReview", Response = response };
        http.Response.ContentType = "application/json";
        await JsonSerializer.SerializeAsync(http.Response.BodyWriter, answer, AdmissionJson.Default.AdmissionReview, http.RequestAborted);
    }
}
