using System.Globalization;
using System.Text.Json.Nodes;
using Nos.Scheduling.Cluster.Documents;

namespace Nos.Scheduling.Cluster.Quotas;

/// <summary>Makes one status of a quota of another, by a merge patch of what differs.</summary>
public static class QuotaStatusPatch
{
    /// <summary>The patch; <see langword="null"/> where both say the same, word for word.</summary>
    /// <param name="now">What it says; <see langword="null"/> where there is none yet.</param>
    /// <param name="wanted">What it is to say.</param>
    public static JsonObject? Between(ElasticQuotaStatus? now, ElasticQuotaStatus wanted)
    {
        var status = new JsonObject();
        Add(status, "used", now?.Used, wanted.Used);
        Add(status, "assigned", now?.Assigned, wanted.Assigned);
        Add(status, "borrowed", now?.Borrowed, wanted.Borrowed);
        if (now is null || !now.Conditions.AsSpan().SequenceEqual(wanted.Conditions))
        {
            status["conditions"] = new JsonArray([.. wanted.Conditions.Select(Write)]);
        }

        return status.Count == 0 ? null : new JsonObject { ["status"] = status };
    }

    private static void Add(JsonObject status, string field, Dictionary<string, Quantity>? now, Dictionary<string, Quantity> wanted)
    {
        var changes = new JsonObject();
        foreach (var (name, amount) in wanted.OrderBy(amount => amount.Key, StringComparer.Ordinal))
        {
            if (now is null || !now.TryGetValue(name, out var before) || before != amount)
            {
                changes[name] = amount.ToString();
            }
        }

        foreach (var gone in (now ?? []).Keys.Where(name => !wanted.ContainsKey(name)).Order(StringComparer.Ordinal))
        {
            changes[gone] = null;
        }

        if (now is null || changes.Count > 0)
        {
            status[field] = changes;
        }
    }

    private static JsonObject Write(Condition condition)
    {
        var written = new JsonObject { ["type"] = condition.Type, ["status"] = condition.Status };
        AddText("reason", condition.Reason);
        AddText("message", condition.Message);

        // Kubernetes writes whole seconds of UTC with a Z; a client may compare the text.
        AddText("lastTransitionTime", condition.LastTransitionTime?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        if (condition.ObservedGeneration is { } generation)
        {
            written["observedGeneration"] = generation;
        }

        return written;

        void AddText(string field, string? text)
        {
            if (text is not null)
            {
                written[field] = text;
            }
        }
    }
}
