using System.Net;
using System.Text.Json.Nodes;

namespace Nos.Scheduling.Cluster.InMemory;

/// <summary>Evicts pods, as far as their budgets' <c>status.disruptionsAllowed</c> goes. Nobody here computes that: tests write it.</summary>
internal sealed class Evictions(Store store, Writes writes)
{
    /// <summary>Deletes the pod with the eviction's options.</summary>
    /// <exception cref="ApiRefusal">429: a budget forbids it.</exception>
    public void Evict(ApiRoute route, JsonObject eviction)
    {
        var stored = route.Table.Find(route.Key) ?? throw ApiRefusal.NotFound(route.Kind, route.Name!);
        var options = eviction["deleteOptions"] as JsonObject;
        var asked = (string?)options?["preconditions"]?["uid"];
        if (asked is { Length: > 0 } && asked != stored.Uid)
        {
            throw ApiRefusal.OtherUid(route.Kind, route.Name!, asked, stored.Uid);
        }

        var pod = stored.Read();
        if (PodRules.Grace(pod, null) > 0 && pod["metadata"]?["deletionTimestamp"] is null)
        {
            Spend(route, pod);
        }

        writes.Delete(route, options);
    }

    private void Spend(ApiRoute route, JsonObject pod)
    {
        var table = store[InMemoryKinds.Budgets];
        while (Covering(table, route.Namespace!, pod) is { } budget)
        {
            var json = budget.Read();
            var allowed = (long?)json["status"]?["disruptionsAllowed"] ?? 0;
            if (allowed <= 0)
            {
                throw new ApiRefusal(HttpStatusCode.TooManyRequests, "TooManyRequests", "Cannot evict pod as it would violate the pod's disruption budget.")
                {
                    Cause = "DisruptionBudget",
                };
            }

            json["status"]!["disruptionsAllowed"] = allowed - 1;
            if (table.TryStore(budget.Key, budget, json) is not null)
            {
                return;
            }
        }
    }

    private static StoredObject? Covering(Table budgets, string ns, JsonObject pod)
    {
        var labels = pod["metadata"]?["labels"] as JsonObject ?? [];
        return budgets.Snapshot().Objects.Values.FirstOrDefault(budget =>
            budget.Key.StartsWith($"{ns}/", StringComparison.Ordinal)
            && budget.Read()["spec"]?["selector"]?["matchLabels"] is JsonObject wanted
            && wanted.All(label => JsonNode.DeepEquals(labels[label.Key], label.Value)));
    }
}
