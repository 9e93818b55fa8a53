using System.Globalization;
using System.Text.Json.Nodes;
using Nos.Scheduling.Cli.Planning;
using Nos.Scheduling.Cluster.Quotas;
using Nos.Scheduling.Preempting;
using Nos.Scheduling.Quotas;

namespace Nos.Scheduling.Cli.Explaining;

/// <summary><c>explain pod</c> for programs. What does not apply is absent; amounts are Kubernetes quantities.</summary>
internal static class ExplanationDocument
{
    internal static JsonObject Of(PodExplanation told)
    {
        var json = new JsonObject { ["namespace"] = told.Pod.Namespace, ["name"] = told.Pod.Name, ["state"] = told.Pod.NodeName is null ? "Waiting" : "Bound" };
        Put(json, "node", told.Pod.NodeName);
        Put(json, "standing", told.Standing?.ToString());
        Put(json, "reason", told.Reason);
        Put(json, "rule", told.Rule);
        json["message"] = told.Sentence;
        Put(json, "restsUntil", told.RestsUntil?.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture));
        Put(json, "schedulerSays", told.Pod.NodeName is null ? told.Pod.Unschedulable : null);
        json["asked"] = new JsonObject(told.Asked.All.Where(amount => amount.Amount > 0).Select(amount => Amount(amount.Name, amount.Amount)));
        if (told.Missing is { } missing)
        {
            json["missing"] = new JsonObject([Amount(missing.Resource, missing.Amount)]);
        }

        if (told.Quota is { } quota)
        {
            json["quota"] = QuotaListing.Of(quota);
        }

        if (told.Borrowing is { } borrowing)
        {
            json["borrowing"] = Of(borrowing);
        }

        if (told.Nodes is { } nodes)
        {
            json["nodes"] = Of(nodes);
        }

        if (told.Reclaim is { } reclaim)
        {
            json["reclaim"] = Of(reclaim);
        }

        return json;
    }

    private static JsonObject Of(QuotaBorrowing borrowing) => new()
    {
        ["resource"] = borrowing.Resource,
        ["quotas"] = new JsonArray([.. borrowing.Quotas.Select(quota => Of(quota.Quota, ("borrowed", QuotaQuantity.Of(borrowing.Resource, quota.Borrowed).ToString())))]),
        ["pods"] = new JsonArray([.. borrowing.Pods.Select(pod => new JsonObject
        {
            ["namespace"] = pod.Pod.Namespace,
            ["name"] = pod.Pod.Name,
            ["has"] = QuotaQuantity.Of(borrowing.Resource, pod.Amount).ToString(),
            ["priority"] = pod.Pod.Priority,
            ["created"] = pod.Pod.Created.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
            ["quota"] = Of(pod.Quota),
        })]),
    };

    private static JsonObject Of(ReclaimDecision reclaim)
    {
        var json = new JsonObject { ["kind"] = reclaim.Kind.ToString(), ["message"] = reclaim.Reason };
        Put(json, "node", reclaim.Node);
        Put(json, "obstacle", reclaim.Obstacle == ReclaimObstacle.None ? null : reclaim.Obstacle.ToString());
        json["waitsForOthers"] = reclaim.WaitsForOthers;
        json["victims"] = new JsonArray([.. reclaim.Victims.Select(Of)]);
        return json;
    }

    private static JsonObject Of(Victim victim)
    {
        var json = new JsonObject
        {
            ["namespace"] = victim.Pod.Pod.Namespace,
            ["name"] = victim.Pod.Pod.Name,
            ["rule"] = victim.Rule.ToString(),
            ["violatesBudget"] = victim.ViolatesBudget,
        };
        if (victim.Quota is { } quota)
        {
            json["quota"] = Of(quota);
        }

        return json;
    }

    private static JsonObject Of(QuotaKey quota, params (string Name, string Value)[] more)
    {
        var json = new JsonObject { ["kind"] = quota.IsComposite ? "CompositeElasticQuota" : "ElasticQuota", ["namespace"] = quota.Namespace, ["name"] = quota.Name };
        foreach (var (name, value) in more)
        {
            json[name] = value;
        }

        return json;
    }

    private static JsonObject Of(PlannedPodView nodes)
    {
        var json = new JsonObject();
        Put(json, "node", nodes.Node);
        Put(json, "message", nodes.StaysOut?.Sentence);
        Put(json, "nearest", nodes.StaysOut?.Nearest);
        return json;
    }

    private static KeyValuePair<string, JsonNode?> Amount(string resource, long amount) => KeyValuePair.Create(resource, (JsonNode?)QuotaQuantity.Of(resource, amount).ToString());

    private static void Put(JsonObject json, string name, string? value)
    {
        if (value is not null)
        {
            json[name] = value;
        }
    }
}
