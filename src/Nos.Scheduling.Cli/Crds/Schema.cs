using System.Text.Json.Nodes;

namespace Nos.Scheduling.Cli.Crds;

/// <summary>The parts that structural schemas (OpenAPI v3 as CRDs take it) are made of.</summary>
internal static class Schema
{
    internal static JsonObject Object(string description, string[] required, params (string Name, JsonObject Schema)[] properties)
    {
        var schema = new JsonObject { ["type"] = "object", ["description"] = description };
        if (required.Length > 0)
        {
            schema["required"] = new JsonArray([.. required.Select(name => JsonValue.Create(name))]);
        }

        schema["properties"] = new JsonObject(properties.Select(property => KeyValuePair.Create(property.Name, (JsonNode?)property.Schema)));
        return schema;
    }

    /// <summary>A list whose items are told apart by one field, which therefore comes at most once.</summary>
    internal static JsonObject MapList(string description, string key, int maxItems, JsonObject item) => new()
    {
        ["type"] = "array",
        ["description"] = description,
        ["maxItems"] = maxItems,
        ["x-kubernetes-list-type"] = "map",
        ["x-kubernetes-list-map-keys"] = new JsonArray(key),
        ["items"] = item,
    };

    /// <summary>
    /// A list that one writer writes whole. The API server notes its owner once: for a map it would note who owns each field of each item, which for a
    /// node full of slices is more than the object itself, read, checked and written with every report.
    /// </summary>
    internal static JsonObject WholeList(string description, int maxItems, JsonObject item) => new()
    {
        ["type"] = "array",
        ["description"] = description,
        ["maxItems"] = maxItems,
        ["x-kubernetes-list-type"] = "atomic",
        ["items"] = item,
    };

    internal static JsonObject NumberSet(string description, int maxItems, JsonObject item) => new()
    {
        ["type"] = "array",
        ["description"] = description,
        ["maxItems"] = maxItems,
        ["x-kubernetes-list-type"] = "set",
        ["items"] = item,
    };

    /// <summary>Words for people, or a name that may be unknown: maybe empty.</summary>
    /// <remarks>Nullable, because the validator of some 1.20 servers takes an empty text for null.</remarks>
    internal static JsonObject Text(string description, int maxLength) =>
        new() { ["type"] = "string", ["description"] = description, ["maxLength"] = maxLength, ["nullable"] = true };

    /// <summary>A name that is never empty.</summary>
    internal static JsonObject Name(string description, int maxLength, string? pattern = null)
    {
        var schema = new JsonObject { ["type"] = "string", ["description"] = description, ["minLength"] = 1, ["maxLength"] = maxLength };
        if (pattern is not null)
        {
            schema["pattern"] = pattern;
        }

        return schema;
    }

    internal static JsonObject Choice(string description, params string[] values) => new()
    {
        ["type"] = "string",
        ["description"] = description,
        ["enum"] = new JsonArray([.. values.Select(value => JsonValue.Create(value))]),
    };

    internal static JsonObject Instant(string description) => new() { ["type"] = "string", ["description"] = description, ["format"] = "date-time" };

    internal static JsonObject Flag(string description) => new() { ["type"] = "boolean", ["description"] = description };

    internal static JsonObject Number(string description, int minimum, int? maximum = null)
    {
        var schema = new JsonObject { ["type"] = "integer", ["description"] = description, ["format"] = "int32", ["minimum"] = minimum };
        if (maximum is not null)
        {
            schema["maximum"] = maximum;
        }

        return schema;
    }

    internal static JsonObject Generation(string description) => new() { ["type"] = "integer", ["description"] = description, ["format"] = "int64", ["minimum"] = 0 };

    /// <summary>Kubernetes' own conditions.</summary>
    internal static JsonObject Conditions(string description) => MapList(description, "type", 16, Condition());

    /// <summary>Amounts by resource, each a number or a text such as <c>250m</c> or <c>10Gi</c>, as Kubernetes writes quantities everywhere.</summary>
    internal static JsonObject Quantities(string description) => new()
    {
        ["type"] = "object",
        ["description"] = description,
        ["additionalProperties"] = new JsonObject
        {
            ["anyOf"] = new JsonArray(new JsonObject { ["type"] = "integer" }, new JsonObject { ["type"] = "string" }),
            ["pattern"] = @"^(\+|-)?(([0-9]+(\.[0-9]*)?)|(\.[0-9]+))(([KMGTPE]i)|[numkMGTPE]|([eE](\+|-)?(([0-9]+(\.[0-9]*)?)|(\.[0-9]+))))?$",
            ["x-kubernetes-int-or-string"] = true,
        },
    };

    /// <summary>
    /// The schema with a rule in CEL, where servers of that version know rules. An API server refuses a rule whose worst case costs too much:
    /// every list and text in it must be bounded, and no text in it computed.
    /// </summary>
    internal static JsonObject WithRule(this JsonObject schema, KubernetesVersion version, string rule, string message)
    {
        if (version >= KubernetesVersion.ValidationRules)
        {
            schema["x-kubernetes-validations"] = new JsonArray(new JsonObject { ["rule"] = rule, ["message"] = message });
        }

        return schema;
    }

    private static JsonObject Condition() => Object(
        "One thing that is or is not so, and why.",
        ["type", "status"],
        ("type", Name("What it is about.", 316)),
        ("status", Choice("Whether it is so.", "True", "False", "Unknown")),
        ("reason", Text("Why, in one word.", 1024)),
        ("message", Text("Why, in a sentence.", 32768)),
        ("lastTransitionTime", Instant("When the status changed last.")),
        ("observedGeneration", Generation("The generation of the spec that it was judged by.")));
}
