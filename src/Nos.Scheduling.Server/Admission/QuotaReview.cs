using System.Text.Json;
using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Cluster.Quotas;

namespace Nos.Scheduling.Server.Admission;

/// <summary>Answers a question about a quota: reads it, gathers what exists beside it, decides, and asks whether its author may do what it entails.</summary>
/// <param name="quotas">Reads those that exist.</param>
/// <param name="rights">Asks what authors may delete.</param>
internal sealed class QuotaReview(QuotaReader quotas, DeletionRights rights)
{
    /// <summary>With the reading of the quotas that exist it must be over before the API server loses patience.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>The answer. Nothing is changed, so a dry run is answered like any other.</summary>
    internal async Task<AdmissionResponse> AnswerAsync(AdmissionRequest request, CancellationToken cancellation)
    {
        if (request.Operation is not ("CREATE" or "UPDATE") || !string.IsNullOrEmpty(request.SubResource))
        {
            return AdmissionResponse.Let(request, []);
        }

        if (!TryRead(request, request.Object, out var quota, out var complaint) || !TryRead(request, request.OldObject, out var old, out complaint))
        {
            return AdmissionResponse.Deny(request, StatusCodes.Status400BadRequest, complaint);
        }

        if (quota is null)
        {
            return AdmissionResponse.Deny(request, StatusCodes.Status400BadRequest, "The request has no object; send the quota as it will be.");
        }

        var verdict = QuotaAdmission.Precheck(quota, old) ?? QuotaAdmission.Decide(quota, await quotas.ReadAsync(quota, cancellation));
        return verdict switch
        {
            QuotaAdmissionVerdict.Denied denied => AdmissionResponse.Deny(request, StatusCodes.Status400BadRequest, denied.Sentence),
            QuotaAdmissionVerdict.Admitted admitted => await AskAsync(request, admitted, cancellation),
            _ => throw new InvalidOperationException($"No answer is known for {verdict.GetType()}."),
        };
    }

    private async Task<AdmissionResponse> AskAsync(AdmissionRequest request, QuotaAdmissionVerdict.Admitted admitted, CancellationToken cancellation)
    {
        var author = new RequestAuthor(request.UserInfo?.Username ?? "", request.UserInfo?.Uid, request.UserInfo?.Groups ?? [], request.UserInfo?.Extra);
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limited.CancelAfter(Patience);
        try
        {
            return await rights.FirstForbiddenAsync(author, admitted.Replaced, limited.Token) is { } forbidden
                ? AdmissionResponse.Deny(request, StatusCodes.Status403Forbidden, QuotaAdmission.WithoutRight(author.UserName, forbidden))
                : AdmissionResponse.Let(request, admitted.Warnings);
        }
        catch (Exception silent) when (silent is KubeApiException or OperationCanceledException && !cancellation.IsCancellationRequested)
        {
            return AdmissionResponse.Deny(
                request, StatusCodes.Status503ServiceUnavailable, "The API server did not say whether you may delete the ElasticQuotas that this composite would replace; try again.");
        }
    }

    private static bool TryRead(AdmissionRequest request, JsonElement? element, out SubmittedQuota? quota, out string complaint)
    {
        (quota, complaint) = (null, "");
        if (element is not { ValueKind: not (JsonValueKind.Null or JsonValueKind.Undefined) } there)
        {
            return true;
        }

        var kind = request.Kind?.Kind ?? "";
        try
        {
            if (kind == KubeResources.ElasticQuotas.Kind)
            {
                var document = there.Deserialize(KubeJson.Default.ElasticQuotaDocument)!;
                quota = SubmittedQuota.Of(document, NamespaceOf(request, document.Metadata));
            }
            else if (kind == KubeResources.CompositeElasticQuotas.Kind)
            {
                var document = there.Deserialize(KubeJson.Default.CompositeElasticQuotaDocument)!;
                quota = SubmittedQuota.Of(document, NamespaceOf(request, document.Metadata));
            }
            else
            {
                complaint = $"The kind is '{kind}'; ElasticQuota and CompositeElasticQuota are judged here.";
            }
        }
        catch (JsonException wrong)
        {
            complaint = $"The object is no {kind} that can be read: see {wrong.Path ?? "$"}; amounts are quantities such as 4, 500m or 16Gi.";
        }

        return complaint.Length == 0;
    }

    private static string NamespaceOf(AdmissionRequest request, ObjectMeta metadata) => request.Namespace is { Length: > 0 } given ? given : metadata.Namespace ?? "";
}
