using System.Text.Json.Nodes;

namespace Nos.Scheduling.Tests.Cluster.Requests;

/// <summary>Makes pods as the API server hands them to webhooks: requests are filled in from limits.</summary>
internal static class Pods
{
    /// <summary>A pod of one container <c>main</c> with these limits.</summary>
    internal static JsonObject With(params (string Key, string Amount)[] limits) => Of(Container("main", limits));

    internal static JsonObject Of(params JsonObject[] containers) => new()
    {
        ["metadata"] = new JsonObject { ["name"] = "train-0", ["namespace"] = "team-a" },
        ["spec"] = new JsonObject
        {
            ["containers"] = new JsonArray([.. containers]),
            ["schedulerName"] = "default-scheduler",
            ["securityContext"] = new JsonObject(),
        },
        ["status"] = new JsonObject(),
    };

    internal static JsonObject Container(string name, params (string Key, string Amount)[] limits) => new()
    {
        ["name"] = name,
        ["image"] = "example.invalid/cuda:1",
        ["resources"] = limits.Length == 0 ? new JsonObject() : new JsonObject { ["limits"] = Map(limits), ["requests"] = Map(limits) },
    };

    internal static JsonObject Annotated(this JsonObject pod, string key, string value) => pod.With("annotations", key, value);

    internal static JsonObject Labelled(this JsonObject pod, string key, string value) => pod.With("labels", key, value);

    internal static JsonObject Spec(this JsonObject pod, string key, JsonNode? value)
    {
        pod["spec"]![key] = value;
        return pod;
    }

    internal static JsonObject Env(this JsonObject container, string name, string value)
    {
        var env = container["env"] as JsonArray ?? [];
        env.Add(new JsonObject { ["name"] = name, ["value"] = value });
        container["env"] ??= env;
        return container;
    }

    internal static string? Annotation(this JsonObject pod, string key) => (string?)pod["metadata"]!["annotations"]?[key];

    internal static JsonObject Container(this JsonObject pod, int index = 0) => pod["spec"]!["containers"]![index]!.AsObject();

    /// <summary>Limits as <c>key=amount</c>, in ordinal order; fails where requests differ from them.</summary>
    internal static string Limits(this JsonObject container)
    {
        var limits = Written(container["resources"]?["limits"]);
        Assert.Equal(limits, Written(container["resources"]?["requests"]));
        return limits;
    }

    private static JsonObject With(this JsonObject pod, string map, string key, string value)
    {
        var metadata = pod["metadata"]!.AsObject();
        (metadata[map] ??= new JsonObject())[key] = value;
        return pod;
    }

    private static string Written(JsonNode? amounts) =>
        string.Join(' ', (amounts as JsonObject ?? []).OrderBy(amount => amount.Key, StringComparer.Ordinal).Select(amount => $"{amount.Key}={amount.Value}"));

    private static JsonObject Map((string Key, string Amount)[] limits) =>
        new(limits.Select(limit => KeyValuePair.Create(limit.Key, (JsonNode?)JsonValue.Create(limit.Amount))));
}
