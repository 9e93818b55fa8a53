using System.Text.Json;
using System.Text.Json.Nodes;
using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Documents;

namespace Nos.Scheduling.Cluster.Quotas;

/// <summary>Asks the API server what authors may delete, by SubjectAccessReviews.</summary>
/// <param name="client">The API server.</param>
public sealed class DeletionRights(KubeClient client)
{
    private const string Reviews = "apis/authorization.k8s.io/v1/subjectaccessreviews";
    private const int AtOnce = 16;

    /// <summary>The first of the quotas that the author may not delete; <see langword="null"/> where all may be.</summary>
    /// <exception cref="KubeApiException">The API server did not say.</exception>
    public async Task<ElasticQuotaDocument?> FirstForbiddenAsync(RequestAuthor author, IReadOnlyList<ElasticQuotaDocument> quotas, CancellationToken cancellation)
    {
        // Whoever writes quotas for many namespaces mostly may delete them everywhere: one question then.
        if (quotas.Count == 0 || (quotas.Count > 1 && await MayDeleteAsync(author, null, cancellation).ConfigureAwait(false)))
        {
            return null;
        }

        foreach (var some in quotas.Chunk(AtOnce))
        {
            var answers = await Task.WhenAll(some.Select(quota => MayDeleteAsync(author, quota.Metadata, cancellation))).ConfigureAwait(false);
            if (Array.IndexOf(answers, false) is >= 0 and var first)
            {
                return some[first];
            }
        }

        return null;
    }

    private async Task<bool> MayDeleteAsync(RequestAuthor author, ObjectMeta? quota, CancellationToken cancellation)
    {
        var resource = KubeResources.ElasticQuotas;
        var attributes = new JsonObject { ["verb"] = "delete", ["group"] = resource.Group, ["version"] = resource.Version, ["resource"] = resource.Plural };
        if (quota is not null)
        {
            attributes["namespace"] = quota.Namespace;
            attributes["name"] = quota.Name;
        }

        var spec = new JsonObject
        {
            ["user"] = author.UserName,
            ["groups"] = new JsonArray([.. author.Groups.Select(group => JsonValue.Create(group))]),
            ["resourceAttributes"] = attributes,
        };
        if (author.Uid is { Length: > 0 } uid)
        {
            spec["uid"] = uid;
        }

        if (author.Extra is { Count: > 0 } extra)
        {
            spec["extra"] = extra.DeepClone();
        }

        var review = new JsonObject { ["apiVersion"] = "authorization.k8s.io/v1", ["kind"] = "SubjectAccessReview", ["spec"] = spec };
        var answer = await client.AskAsync(Reviews, JsonSerializer.SerializeToUtf8Bytes(review, ApiJson.Default.JsonObject), cancellation).ConfigureAwait(false);
        return (bool?)answer["status"]?["allowed"] ?? false;
    }
}
