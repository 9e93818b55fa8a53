using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using Nos.Scheduling.Cluster.Documents;

namespace Nos.Scheduling.Tests.Cli.Crds;

/// <summary>What tests of every CustomResourceDefinition ask of it.</summary>
internal static class CrdReading
{
    internal static async Task<JsonObject> Print(string plural, params string[] arguments) => Assert.Single(
        YamlReading.Documents(await CliRun.OutputOf(["crds", .. arguments])), definition => (string?)definition["spec"]!["names"]!["plural"] == plural);

    internal static JsonNode Version(JsonObject definition) => Assert.Single(definition["spec"]!["versions"]!.AsArray())!;

    internal static JsonNode Schema(JsonObject definition) => Version(definition)["schema"]!["openAPIV3Schema"]!;

    internal static void AssertColumnsReadTheSchema(JsonNode version)
    {
        var paths = version["additionalPrinterColumns"]!.AsArray().Select(column => (string)column!["jsonPath"]!);
        foreach (var path in paths.Where(path => !path.StartsWith(".metadata", StringComparison.Ordinal)))
        {
            var field = path[1..].Split('.').Select(step => Regex.Replace(step, @"\[.*", "")).Where(step => !step.StartsWith("type==", StringComparison.Ordinal));
            Assert.NotNull(field.Aggregate(version["schema"]!["openAPIV3Schema"], (schema, step) => Inner(schema)?["properties"]?[step]));
        }
    }

    internal static void AssertStructuralAndBounded(JsonNode root) => Walk(root, "", (path, schema) =>
    {
        if (schema["x-kubernetes-int-or-string"] is not null)
        {
            Assert.Equal("""[{"type":"integer"},{"type":"string"}]""", schema["anyOf"]!.ToJsonString());
            Assert.Null(schema["type"]);
            return;
        }

        Assert.NotNull(schema["type"]);
        if (path is not ("" or ".apiVersion" or ".kind" or ".metadata"))
        {
            Assert.False(string.IsNullOrEmpty((string?)schema["description"]), $"{path} says nothing of itself");
        }

        switch ((string?)schema["type"])
        {
            case "array":
                Assert.True((int)schema["maxItems"]! > 0, path);
                if ((string?)schema["x-kubernetes-list-type"] == "map")
                {
                    // The API server refuses a key that may be absent.
                    Assert.Contains((string)schema["x-kubernetes-list-map-keys"]![0]!, schema["items"]!["required"]!.AsArray().Select(name => (string)name!));
                }

                break;
            case "object" when schema["required"] is JsonArray required:
                Assert.All(required, name => Assert.NotNull(schema["properties"]![(string)name!]));
                break;
            case "string" when path is not (".apiVersion" or ".kind"):
                Assert.True(schema["maxLength"] is not null || schema["enum"] is not null || schema["format"] is not null, $"{path} has no end");
                break;
        }
    });

    /// <summary>Asserts that the schema has every field of the document; those that it has beside them are added to <paramref name="extra"/>.</summary>
    internal static void Compare(JsonTypeInfo document, JsonNode schema, string path, List<string> extra)
    {
        var properties = schema["properties"]!.AsObject();
        var fields = document.Properties.Where(property => property.Get is not null).ToDictionary(property => property.Name);
        extra.AddRange(properties.Select(property => property.Key).Except(fields.Keys).Select(name => $"{path}.{name}"));

        foreach (var (name, field) in fields)
        {
            Assert.True(properties.ContainsKey(name), $"the schema has no {path}.{name}");
            var inner = field.PropertyType.IsArray ? field.PropertyType.GetElementType()! : field.PropertyType;
            if (Inner(properties[name])!["properties"] is not null)
            {
                Compare(KubeJson.Default.GetTypeInfo(inner)!, Inner(properties[name])!, $"{path}.{name}", extra);
            }
        }
    }

    private static JsonNode? Inner(JsonNode? schema) => schema?["items"] ?? schema;

    private static void Walk(JsonNode schema, string path, Action<string, JsonNode> visit)
    {
        visit(path, schema);
        foreach (var (name, property) in schema["properties"]?.AsObject() ?? [])
        {
            Walk(property!, $"{path}.{name}", visit);
        }

        foreach (var inner in new[] { schema["items"], schema["additionalProperties"] }.OfType<JsonNode>())
        {
            Walk(inner, path + "[]", visit);
        }
    }
}
