using System.Text.Json.Nodes;

namespace Nos.Scheduling.Cluster.InMemory;

/// <summary>What a webhook answers.</summary>
/// <param name="IsAllowed">Whether the object may be written.</param>
/// <param name="Message">Why not; empty where it may.</param>
/// <param name="Patch">What to change in it (RFC 6902), or <see langword="null"/>.</param>
/// <param name="Warnings">What the user shall read.</param>
public sealed record AdmissionVerdict(bool IsAllowed, string Message, JsonArray? Patch, IReadOnlyList<string> Warnings)
{
    /// <summary>The verdict in an AdmissionReview that was answered.</summary>
    /// <exception cref="FormatException">It holds no answer to <paramref name="uid"/>, or a patch that can't be read.</exception>
    public static AdmissionVerdict Read(JsonObject review, string uid)
    {
        if (review["response"] is not JsonObject response || (string?)response["uid"] != uid)
        {
            throw new FormatException("the webhook answered something else than what it was asked");
        }

        return new AdmissionVerdict(
            (bool?)response["allowed"] ?? false,
            (string?)response["status"]?["message"] ?? "",
            (string?)response["patch"] is { } patch ? JsonNode.Parse(Convert.FromBase64String(patch)) as JsonArray ?? throw new FormatException("the webhook's patch is no JSON patch") : null,
            [.. (response["warnings"] as JsonArray ?? []).Select(warning => (string?)warning ?? "")]);
    }
}
