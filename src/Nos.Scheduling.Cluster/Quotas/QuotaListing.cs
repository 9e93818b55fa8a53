using System.Text.Json.Nodes;

namespace Nos.Scheduling.Cluster.Quotas;

/// <summary>Quotas for programs: what <c>/api/quotas</c> and <c>kubectl nos top quotas -o json</c> answer.</summary>
public static class QuotaListing
{
    /// <summary>
    /// <c>{"items": […]}</c>. Amounts are Kubernetes quantities by resource; min and max name what the quota names, borrowed, lent and fairShare what min names.
    /// Of a quota that rules no namespace, <c>message</c> says why.
    /// </summary>
    public static JsonObject Of(IEnumerable<QuotaView> quotas) => new() { ["items"] = new JsonArray([.. quotas.Select(Of)]) };

    /// <summary>One of them.</summary>
    public static JsonObject Of(QuotaView quota)
    {
        var json = new JsonObject
        {
            ["kind"] = quota.Kind,
            ["namespace"] = quota.Key.Namespace,
            ["name"] = quota.Key.Name,
            ["namespaces"] = new JsonArray([.. quota.Namespaces.Select(space => JsonValue.Create(space))]),
        };
        if (quota.RulesNone is { } why)
        {
            json["message"] = why;
        }

        json["min"] = Amounts(quota, view => view.Balance.Min);
        json["max"] = Amounts(quota, view => view.Balance.Max);
        json["used"] = Amounts(quota, view => view.Used);
        json["assigned"] = Amounts(quota, view => view.Balance.Assigned);
        json["borrowed"] = Amounts(quota, view => view.Balance.Min is null ? null : view.Balance.Borrowed);
        json["lent"] = Amounts(quota, view => view.Balance.Min is null ? null : view.Balance.Lent);
        json["fairShare"] = Amounts(quota, view => view.Balance.Min is null ? null : view.Balance.FairShare);
        return json;
    }

    private static JsonObject Amounts(QuotaView quota, Func<QuotaResourceView, long?> amount)
    {
        var json = new JsonObject();
        foreach (var view in quota.Resources)
        {
            if (amount(view) is { } known)
            {
                json[view.Balance.Resource] = QuotaQuantity.Of(view.Balance.Resource, known).ToString();
            }
        }

        return json;
    }
}
