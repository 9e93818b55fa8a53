namespace Nos.Scheduling.Server.Admission;

/// <summary>The webhook for quotas.</summary>
/// <param name="review">Answers a question.</param>
internal sealed class QuotaEndpoints(QuotaReview review)
{
    /// <summary>Validates quotas of both kinds.</summary>
    /// <returns>How it went, for metrics: <c>allowed</c>, <c>denied</c>, or <c>refused</c> where the body could not be read.</returns>
    internal async Task<string> ValidateAsync(HttpContext http)
    {
        if (await AdmissionExchange.ReadAsync(http) is not var (question, request))
        {
            return "refused";
        }

        var response = await review.AnswerAsync(request, http.RequestAborted);

        await AdmissionExchange.AnswerAsync(http, question, response);
        return response.Allowed ? "allowed" : "denied";
    }
}
