using System.Text.Json;
using Nos.Scheduling.Server.Http;

namespace Nos.Scheduling.Server.Admission;

/// <summary>Reads AdmissionReviews and answers them.</summary>
internal static class AdmissionExchange
{
    /// <summary>The question, or <see langword="null"/> where it could not be read and has been refused.</summary>
    internal static async Task<(AdmissionReview Review, AdmissionRequest Request)?> ReadAsync(HttpContext http) =>
        await JsonBodies.ReadAsync(http, AdmissionJson.Default.AdmissionReview, Complaint) is { Request: { } request } review ? (review, request) : null;

    internal static async Task AnswerAsync(HttpContext http, AdmissionReview question, AdmissionResponse response)
    {
        var answer = new AdmissionReview { ApiVersion = question.ApiVersion ?? "admission.k8s.io/v1", Kind = "AdmissionReview", Response = response };
        http.Response.ContentType = "application/json";
        await JsonSerializer.SerializeAsync(http.Response.BodyWriter, answer, AdmissionJson.Default.AdmissionReview, http.RequestAborted);
    }

    /// <summary>The API server takes only an answer with the question's uid, so a review without one cannot be answered in kind.</summary>
    private static string? Complaint(AdmissionReview review) =>
        review.ApiVersion is not (null or "admission.k8s.io/v1" or "admission.k8s.io/v1beta1")
            ? $"apiVersion is {review.ApiVersion}; AdmissionReviews of admission.k8s.io/v1 and v1beta1 are understood."
        : review.Kind is not (null or "AdmissionReview") ? $"kind is {review.Kind}; send an AdmissionReview."
        : review.Request is not { Uid.Length: > 0 } ? "request.uid is missing; send an AdmissionReview with a request."
        : null;
}
