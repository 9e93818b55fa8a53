using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Nos.Scheduling.Cluster.InMemory;

/// <summary>Somebody to ask before objects of one kind are created or updated (subresources are not asked about).</summary>
/// <param name="Plural">The kind's name in paths.</param>
/// <param name="FailsClosed">Whether an object is refused when the webhook fails (failurePolicy Fail) or written as it is (Ignore).</param>
/// <param name="Ask">Asks it. Whatever it throws is a failure of the webhook.</param>
public sealed record InMemoryWebhook(string Plural, bool FailsClosed, Func<AdmissionCall, CancellationToken, Task<AdmissionVerdict>> Ask)
{
    /// <summary>A webhook that is asked over HTTP by AdmissionReviews, as real API servers do.</summary>
    /// <param name="plural">The kind's name in paths.</param>
    /// <param name="failsClosed">Whether an object is refused when the webhook fails.</param>
    /// <param name="http">How to reach it.</param>
    /// <param name="endpoint">Where it is; asked anew for each call, for it may not be known at first.</param>
    public static InMemoryWebhook Over(string plural, bool failsClosed, HttpClient http, Func<Uri> endpoint) => new(
        plural,
        failsClosed,
        async (call, cancellation) =>
        {
            var review = call.ToReview();
            using var body = new ByteArrayContent(Encoding.UTF8.GetBytes(review.ToJsonString())) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
            using var response = await http.PostAsync(endpoint(), body, cancellation).ConfigureAwait(false);
            response.EnsureSuccessStatusCode();
            var answer = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
            await using (answer.ConfigureAwait(false))
            {
                var answered = await JsonNode.ParseAsync(answer, cancellationToken: cancellation).ConfigureAwait(false) as JsonObject ?? [];
                return AdmissionVerdict.Read(answered, (string)review["request"]!["uid"]!);
            }
        });
}
